/** Whether a scenario can be played on a running platform, found out by playing it in virtual time. */
import { AddressError, contactKeyOf, parseAddress, PROBE_SCHEME, schemeOf } from '../../../channels/contact-key.ts';
import type { Event } from '../../../channels/event.ts';
import { isReservedType } from '../../../channels/type-name.ts';
import type { Machine } from '../../machine/machine.ts';
import { machinesOf } from '../../machines.ts';
import { World } from '../../simulation/world.ts';
import type { Json } from '../../json.ts';
import { runScenario, type Failure } from '../run.ts';
import type { Action, Scenario, ScenarioFile } from '../scenario.ts';
import { SimulatedStage } from '../simulated-stage.ts';
import type { Stage } from '../stage.ts';
import { DESCRIBED, descriptionsOf } from './described.ts';
import { refusedEvents, refusedSteps, type LiveLimits, type Refusal } from './refusals.ts';
import { sharedValues, synthetic, type Run } from './synthetic.ts';

export interface LivePlan {
  /** About people who do not exist. */
  readonly scenario: Scenario;
  /** By action, in order: how many events of each type follow in virtual time. */
  readonly predicted: readonly Counts[];
  /** Where time passes for its people, by `advance`: from each moment at which something happens to the next. */
  readonly legs: ReadonlyMap<Action, readonly Leg[]> | undefined;
}

/** A part of an `advance`, and how many events of each type follow at its end. */
export interface Leg {
  readonly ms: number;
  readonly counts: Counts;
}

/** By type of event. */
export type Counts = ReadonlyMap<string, number>;

export interface Suite {
  readonly scenarios: ScenarioFile;
  readonly machines: readonly Machine[];
}

export type Planned =
  | { readonly plan: LivePlan }
  | { readonly refusals: readonly [Refusal, ...Refusal[]] }
  /** It fails on no platform at all: it, or a definition beside it, is wrong. */
  | { readonly broken: Refusal };

export async function planLive(suite: Suite, scenario: Scenario, run: Run, limits: LiveLimits): Promise<Planned> {
  const [first, ...others] = refusedSteps(scenario, limits);
  if (first) return { refusals: [first, ...others] };
  const machines = machinesOf(suite.machines);
  const made = synthetic(scenario, machines, run, limits);
  const reach = [...realAddresses(made), ...sharedValues(made, machines, run).map(sharedReason)];
  if (reach.length > 0) return refused(scenario, reach);
  const played = await play(suite, made, limits);
  const broken = played.failure && (await brokenAsGiven(suite, scenario));
  if (broken) return { broken };
  const reasons = [...refusedEvents(played.events), ...realAnswers(made, played.events)];
  if (reasons.length > 0) return refused(scenario, reasons);
  if (played.failure) return refused(scenario, [reasonOf(played.failure, limits)]);
  const legs = limits.timePasses ? played.legs : undefined;
  return { plan: { scenario: made, predicted: played.predicted, legs } };
}

function refused({ line }: Scenario, [first = '', ...others]: readonly string[]): Planned {
  return { refusals: [{ line, reason: first }, ...others.map((reason) => ({ line, reason }))] };
}

function sharedReason(value: string): string {
  return `by its value ${value} an event would also find conversations of real people`;
}

/** Definitions that are in force there and not here may start with whoever stands in an event. */
function realAddresses({ steps }: Scenario): readonly string[] {
  const texts = steps.flatMap((step) => ('do' in step && step.do === 'event' ? textsOf(step.data) : []));
  return [...new Set(texts.filter(isRealAddress))].map((text) => `its event names ${text}, who may be real`);
}

/** Nor may what it emits name somebody whom only an answer of the scenario's names, or what it knows of its people. */
function realAnswers({ given, steps }: Scenario, events: readonly Event[]): readonly string[] {
  const answers = steps.flatMap((step) => ('do' in step && step.do === 'answer' ? [step.answers] : []));
  const known = given.people.map(({ attributes = {} }) => attributes);
  const named = new Set(textsOf([given.answers, ...answers, ...known]).filter(isRealAddress));
  const emitted = events.filter(({ type }) => !isReservedType(type)).flatMap(({ data }) => textsOf(data as Json));
  return [...new Set(emitted.filter((text) => named.has(text)))].map(
    (text) => `it would emit ${text}, who may be real`,
  );
}

function textsOf(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value as Readonly<Record<string, Json>>).flatMap(textsOf);
}

function isRealAddress(text: string): boolean {
  if (!/^(tel:|mailto:|webchat:|\+)|@/i.test(text.trim())) return false;
  try {
    return schemeOf(parseAddress(text)) !== PROBE_SCHEME;
  } catch (error) {
    if (error instanceof AddressError) return false;
    throw error;
  }
}

interface PlayedThrough {
  readonly failure: Failure | undefined;
  readonly events: readonly Event[];
  readonly predicted: readonly Counts[];
  readonly legs: ReadonlyMap<Action, readonly Leg[]>;
}

/** Of nobody more is known beforehand than the platform can be told. */
async function play(
  { scenarios, machines }: Suite,
  scenario: Scenario,
  { timePasses }: LiveLimits,
): Promise<PlayedThrough> {
  const { now, answers, receipts } = scenario.given;
  const world = new World({ machines, now, answers, receipts, valuesStandStill: timePasses });
  for (const { of, data } of descriptionsOf(scenario.given.people))
    world.receive({ type: DESCRIBED, data, subject: contactKeyOf(of) });
  const stage = new CountingStage(new SimulatedStage(world, scenario.given));
  const { failure } = await runScenario(() => Promise.resolve(stage), scenarios, scenario);
  return { failure, events: world.events, predicted: stage.counts, legs: stage.legs };
}

/** Tells a scenario that is wrong everywhere from one that only holds of its own people and its own time. */
async function brokenAsGiven({ scenarios, machines }: Suite, scenario: Scenario): Promise<Refusal | undefined> {
  const open = () => Promise.resolve(SimulatedStage.open(machines, scenario.given));
  const { failure } = await runScenario(open, scenarios, scenario);
  if (!failure) return undefined;
  const { line, message } = failure;
  const reason =
    `it fails in virtual time too, so the scenario or a definition beside it is wrong, and not the platform: ` +
    `${message}${textsOfFailure(failure)} (parlance test ${scenarios.path})`;
  return { line, reason };
}

/** What only holds of the scenario's own people and its own time. */
function reasonOf(failure: Failure, { timePasses, describesPeople }: LiveLimits): string {
  const texts = textsOfFailure(failure);
  const when = timePasses ? '' : ' at this moment,';
  const who = describesPeople ? 'who does not exist' : 'of whom nothing is known';
  const isAddressed = (failure.expected ?? '').includes(`${PROBE_SCHEME}:`);
  const hint = isAddressed ? ` (what they write as their address is neither a phone number nor an e-mail address)` : '';
  return `with somebody ${who},${when} line ${failure.line} would not hold: ${failure.message}${texts}${hint}`;
}

function textsOfFailure({ expected, actual }: Failure): string {
  return `${expected === undefined ? '' : `, expected ${expected}`}${actual === undefined ? '' : `, got ${actual}`}`;
}

/** What follows from each action. */
class CountingStage implements Stage {
  readonly counts: Counts[] = [];
  readonly legs: Map<Action, readonly Leg[]> = new Map();
  private readonly inner: SimulatedStage;
  /** Before anything is done. */
  private readonly known: number;

  constructor(inner: SimulatedStage) {
    this.inner = inner;
    this.known = inner.events().length;
  }

  async perform(action: Action): Promise<void> {
    const before = this.events().length;
    if (action.do === 'advance') this.legs.set(action, await this.advance(action));
    else await this.inner.perform(action);
    this.counts.push(this.countsSince(before));
  }

  private async advance(action: Action & { do: 'advance' }): Promise<readonly Leg[]> {
    const legs: Leg[] = [];
    let left = action.ms;
    do {
      const before = this.events().length;
      const ms = Math.min(left, this.inner.world.idleMs ?? Infinity);
      await this.inner.perform({ ...action, ms });
      legs.push({ ms, counts: this.countsSince(before) });
      left -= ms;
    } while (left > 0);
    return legs;
  }

  private countsSince(before: number): Counts {
    const counts = new Map<string, number>();
    for (const { type } of this.events().slice(before)) counts.set(type, (counts.get(type) ?? 0) + 1);
    return counts;
  }

  events(): readonly Event[] {
    return this.inner.events().slice(this.known);
  }

  vars(...parameters: Parameters<Stage['vars']>): ReturnType<Stage['vars']> {
    return this.inner.vars(...parameters);
  }

  personOf(event: Event): ReturnType<Stage['personOf']> {
    return this.inner.personOf(event);
  }
}
