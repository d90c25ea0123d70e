/**
 * The same scenario about people who do not exist. Every run has addresses of its own, and values of its own by which
 * events find conversations that wait: it meets neither real people nor another run.
 */
import type { Address, Millis } from '../../../channels/brands.ts';
import { PROBE_SCHEME } from '../../../channels/contact-key.ts';
import type { Event } from '../../../channels/event.ts';
import { eventVariable } from '../../step/event-variable.ts';
import { connectorOf } from '../../step/start.ts';
import { ExpressionError, programOf } from '../../expression/program.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Machines } from '../../step/contract.ts';
import { renamed, renamer, writtenForms, type Rename } from '../rename.ts';
import type { Action, Person, Scenario, ScenarioStep } from '../scenario.ts';
import type { Answer, Answers } from '../../simulation/answers.ts';
import { scheduleOf } from '../schedule.ts';
import type { LiveLimits } from './refusals.ts';

export interface Run {
  /** Letters and digits, unique among all runs. */
  readonly id: string;
  /** Of the platform. */
  readonly now: Millis;
}

type EventAction = Action & { do: 'event' };

/** Connectors that a person may be reached over; whoever does not exist is reached over `probe`. */
const CONNECTORS: readonly string[] = ['sms', 'email', 'webchat'];

type Ways = Pick<LiveLimits, 'isAskingData' | 'timePasses' | 'describesPeople'>;

export function synthetic(scenario: Scenario, machines: Machines, run: Run, ways: Ways): Scenario {
  const { given } = scenario;
  const addresses = new Map(
    given.people
      .flatMap((person) => person.addresses)
      .map((address, index) => [address, addressFor(address, `${run.id}.${index + 1}`, given, ways)] as const),
  );
  const now = ways.timePasses ? given.now : run.now;
  const moved = movedTo(scenario, machines, addresses, { ...run, now }, ways);
  const values = moved.steps.filter(isEvent).flatMap((event) => correlationValues(machines, event, run));
  const own = new Set(values.filter((value) => !value.includes(run.id)));
  if (own.size === 0) return moved;
  const unique = renamer([...own].map((value) => [value, `${value}-${run.id}`]));
  return {
    ...moved,
    given: { ...moved.given, answers: renamedAnswers(moved.given.answers, unique) },
    steps: moved.steps.map((step) => renamedStep(step, unique)),
  };
}

/** It says in which ways the platform deals with them. */
function addressFor(
  address: Address,
  name: string,
  { receipts }: Scenario['given'],
  { isAskingData, describesPeople }: Ways,
): Address {
  const ways = [
    ...(isAskingData ? [] : ['scripted']),
    ...(describesPeople ? [`as-${connectorOf(address)}`] : []),
    // In virtual time nothing is delivered but what a step says is.
    ...(receipts === 'by-hand' ? ['by-hand'] : describesPeople ? ['sent-only'] : []),
  ];
  return `${PROBE_SCHEME}:${[name, ...ways].join('.')}` as Address;
}

/** Values by which its events would find conversations of other people: the definitions turn them into something else. */
export function sharedValues(scenario: Scenario, machines: Machines, run: Run): readonly string[] {
  const values = scenario.steps.filter(isEvent).flatMap((event) => correlationValues(machines, event, run));
  return [...new Set(values.filter((value) => !value.includes(run.id)))];
}

function movedTo(
  scenario: Scenario,
  machines: Machines,
  addresses: ReadonlyMap<Address, Address>,
  run: Run,
  ways: Ways,
): Scenario {
  const { given } = scenario;
  const forms = [...addresses].flatMap(([from, to]) => writtenForms(from).map((form) => [form, to] as const));
  const rename = renamer(forms);
  const people = new Map(given.people.map((person) => [person, personAt(person, addresses, rename, ways)]));
  return {
    ...scenario,
    given: {
      ...{ ...given, now: run.now, people: [...people.values()] },
      answers: renamedAnswers(given.answers, rename),
    },
    steps: scenario.steps.map((step) => {
      const renamed = renamedStep(step, rename);
      const person = 'person' in step ? people.get(step.person) : undefined;
      return scheduled(
        overProbe(person && 'person' in renamed ? { ...renamed, person } : renamed, run, ways),
        machines,
      );
    }),
  };
}

/** Without locale, time zone and attributes, where the platform can not be told of them. */
function personAt(
  { name, addresses: [first, ...rest], attributes, ...known }: Person,
  moved: ReadonlyMap<Address, Address>,
  rename: Rename,
  { describesPeople }: Ways,
): Person {
  const at = (address: Address): Address => moved.get(address) ?? address;
  const someone: Person = { name, addresses: [at(first), ...rest.map(at)] };
  if (!describesPeople) return someone;
  return { ...someone, ...known, ...(attributes && { attributes: renamed(attributes, rename) as JsonObject }) };
}

/** What names a connector names the one that is left, where nobody reads what another would say; an event that is sent twice is the run's own. */
function overProbe(step: ScenarioStep, { id }: Run, { describesPeople }: Ways): ScenarioStep {
  if ('do' in step && step.do === 'event' && step.id !== undefined) return { ...step, id: `${id}-${step.id}` };
  if (describesPeople) return step;
  if ('expect' in step) {
    return step.expect === 'says' && step.connector !== undefined ? { ...step, connector: PROBE_SCHEME } : step;
  }
  if (step.do === 'reply' && step.from !== undefined && CONNECTORS.includes(step.from)) {
    return { ...step, from: PROBE_SCHEME };
  }
  return step;
}

/** With list and time of day, by which a start is named. */
function scheduled(step: ScenarioStep, machines: Machines): ScenarioStep {
  if (!('do' in step) || step.do !== 'schedule') return step;
  return {
    ...step,
    ...scheduleOf(
      step,
      machines.active().find(({ name }) => name === step.definition),
    ),
  };
}

const NAMES: ReadonlySet<string> = new Set([
  'do',
  'expect',
  'type',
  'person',
  'connector',
  'how',
  'state',
  'id',
  'outcome',
  'code',
  'definition',
]);

/** Names of sources and codes are names. */
function renamedAnswers(answers: Answers, rename: Rename): Answers {
  const entries = Object.entries(answers).map(([source, answer]): [string, Answer] => [
    source,
    'value' in answer ? { ...answer, value: renamed(answer.value, rename) } : answer,
  ]);
  return Object.fromEntries(entries);
}

/** All its texts but those that name something of the language. */
function renamedStep(step: ScenarioStep, rename: Rename): ScenarioStep {
  if ('do' in step && step.do === 'answer') return { ...step, answers: renamedAnswers(step.answers, rename) };
  const fields = Object.entries(step).map(([key, value]) => [
    key,
    NAMES.has(key) || value === undefined ? (value as unknown) : renamed(value as Json, rename),
  ]);
  return Object.fromEntries(fields) as ScenarioStep;
}

function isEvent(step: ScenarioStep): step is EventAction & ScenarioStep {
  return 'do' in step && step.do === 'event';
}

/** As the router takes them; what fails there is found when the scenario is played. */
function correlationValues(machines: Machines, { type, data }: EventAction, { now }: Run): readonly string[] {
  const event = { specversion: '1.0', id: '1', source: '/', type, time: new Date(now).toISOString(), data } as Event;
  return machines.correlations(type).flatMap(({ key, machine }) => {
    try {
      const variables = { event: eventVariable(event, machine) };
      const value = programOf(machine).evaluate('route', key, { variables, locale: 'en', zone: 'UTC' });
      return typeof value === 'string' ? [value] : [];
    } catch (error) {
      if (error instanceof ExpressionError) return [];
      throw error;
    }
  });
}
