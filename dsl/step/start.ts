import { parseAddress, schemeOf } from '../../channels/contact-key.ts';
import type { Address } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { Trigger } from '../contact.ts';
import { ExpressionError, programOf, type Activation } from '../expression/program.ts';
import { conformFields, ValueError } from '../expression/values.ts';
import type { Json, JsonObject } from '../json.ts';
import { MAX_KEY_CHARACTERS, MAX_OPEN_CONVERSATIONS, MAX_REPLY_CHARACTERS, MAX_VALUES_BYTES } from '../limits.ts';
import { MAIN, flowOf, type Machine } from '../machine/machine.ts';
import type { Position } from '../machine/position.ts';
import type { EventStart, Reentry } from '../machine/starts.ts';
import { fold } from '../text/fold.ts';
import { nearestLocale } from '../text/locale.ts';
import { isNearTo, meantBy } from '../text/typo.ts';
import { contactOf, zoneOf } from './activation.ts';
import { begin, type Opening } from './begin.ts';
import { startsOf, type Fallback } from './catalogue.ts';
import type { Machines, TargetedData } from './contract.ts';
import type { Draft } from './draft.ts';
import { eventVariable } from './event-variable.ts';
import { hopsOf } from './hops.ts';
import type { IncomingMessage } from './incoming.ts';
import { isRepeated } from './repeats.ts';

const CONNECTORS: Readonly<Record<string, string>> = { webchat: 'webchat', tel: 'sms', mailto: 'email' };

/** The connector that delivers to an address; a scheme that none serves names it itself. */
export function connectorOf(address: Address): string {
  const scheme = schemeOf(address);
  return CONNECTORS[scheme] ?? scheme;
}

/**
 * A definition's start by an external event that the router targeted at this contact. Where the event does not give
 * what the definition declares, nothing starts and `external.rejected` says why.
 */
export function startFromEvent(machines: Machines, draft: Draft, data: TargetedData): void {
  const { event, definition } = data;
  if (isRepeated(draft, `${definition} ${event.source} ${event.id}`)) return;
  const machine = machines.byHash(data.machine);
  if (!machine) {
    reject(draft, data, `machine ${data.machine} is not known here`);
    return;
  }
  const to = parseAddress(data.address);
  const connector = connectorOf(to);
  const locale = localeOf(draft, machine);
  const refusal = refusalOf(draft, connector);
  if (refusal !== undefined) {
    reject(draft, data, refusal);
    return;
  }
  try {
    const start = eventStartOf(machine, event);
    const contact = contactOf(draft, machine, { to, connector, locale }, zoneOf(draft, machine));
    const given = givenBy(machine, start, draft, event, contact);
    draft.remember(to);
    draft.causeHops = hopsOf(event);
    const trigger = { type: event.type, id: event.id, source: event.source, ...bySourceOf(data) };
    begin(draft, { machine, start, connector, to, locale, ...given, trigger });
  } catch (error) {
    if (!(error instanceof ExpressionError) && !(error instanceof ValueError)) throw error;
    reject(draft, data, error.message);
  }
}

function bySourceOf({ bySource }: TargetedData): Pick<Trigger, 'bySource'> {
  return bySource ? { bySource } : {};
}

function reject(draft: Draft, { definition, event }: TargetedData, reason: string): void {
  draft.emit('external', 'external.rejected', { event: event.id, type: event.type, reason, definition });
}

/** Why no conversation may start now; undefined where it may. */
export function refusalOf(draft: Draft, connector: string): string | undefined {
  if (draft.conversations.length >= MAX_OPEN_CONVERSATIONS) {
    return `the contact has ${MAX_OPEN_CONVERSATIONS} open conversations already`;
  }
  if (draft.state.optedOut?.includes(connector)) return `the contact opted out of ${connector}`;
  return undefined;
}

/** What a start takes from its event. */
function givenBy(
  machine: Machine,
  start: EventStart & Reentry,
  draft: Draft,
  event: Event,
  contact: object,
): Pick<Opening, 'inputs' | 'key'> {
  const program = programOf(machine);
  const seen = activationFor(machine, event);
  const activation = { ...seen, variables: { ...seen.variables, now: new Date(draft.now), contact } };
  const given: Record<string, Json> = {};
  for (const [name, value] of Object.entries(start.inputs)) given[name] = program.value('start', value, activation);
  const inputs = inputsOf(machine, given);
  if (start.key === undefined) return { inputs };
  const key = program.evaluate('start', start.key, activation);
  if (typeof key !== 'string') throw new ValueError(`\`${start.key}\` gives no text`);
  return { inputs, key: key.slice(0, MAX_KEY_CHARACTERS) };
}

/** As the definition declares them. Throws ValueError. */
export function inputsOf(machine: Machine, given: JsonObject): JsonObject {
  const inputs = conformFields(flowOf(machine, MAIN).inputs, given, 'inputs.');
  if (JSON.stringify(inputs).length > MAX_VALUES_BYTES) {
    throw new ValueError(`the inputs take more than ${MAX_VALUES_BYTES} bytes`);
  }
  return inputs;
}

/** Several starts by the same type differ in their filter: the first whose filter holds, as in `route`. */
function eventStartOf(machine: Machine, event: Event): EventStart & Reentry & Position {
  const program = programOf(machine);
  const activation = activationFor(machine, event);
  for (const start of machine.starts) {
    if (start.on !== 'event' || start.type !== event.type) continue;
    if (start.when === undefined || program.evaluateBoolean('route', start.when, activation)) return start;
  }
  throw new ValueError(`${machine.name} does not start by this event`);
}

function activationFor(machine: Machine, event: Event): Activation {
  return {
    locale: machine.locales[0] ?? 'en',
    zone: machine.zone,
    variables: { event: eventVariable(event, machine) },
  };
}

/** What is nearest to the contact's own, then the locale of the word that it started by, then the definition's first. */
export function localeOf(draft: Draft, machine: Machine, ofKeyword?: string): string {
  const { locale } = draft.state;
  const own = locale === undefined ? undefined : nearestLocale(locale, machine.locales);
  return own ?? ofKeyword ?? machine.locales[0] ?? 'en';
}

/** Whether the word (folded) is exactly one that a definition starts by. */
export function startsByWord(machines: Machines, word: string): boolean {
  return startsOf(machines).keywords.has(word);
}

/** Whether a message may start a definition by what it says, where nothing else takes it. */
export function mayStartByText(machines: Machines, text: string): boolean {
  const { keywords, spellings, fallback } = startsOf(machines);
  const word = fold(text.slice(0, MAX_REPLY_CHARACTERS));
  return fallback !== undefined || keywords.has(word) || meantBy(word, spellings) !== undefined;
}

/** True where the word (folded) starts a definition that is not under way with this contact already. */
export function startFromKeyword(machines: Machines, draft: Draft, message: IncomingMessage, word: string): boolean {
  const keyword = startsOf(machines).keywords.get(word);
  return keyword !== undefined && startFromMessage(draft, message, keyword, keyword.locale);
}

/** True where the text starts a definition by a word with a letter wrong, and nothing else can be meant. */
export function startFromTypo(machines: Machines, draft: Draft, message: IncomingMessage, word: string): boolean {
  const { keywords, spellings } = startsOf(machines);
  const start = meantBy(word, spellings);
  if (start === undefined) return false;
  const keyword = [...keywords].find(([meant, other]) => other.start === start && isNearTo(meant, word))?.[1];
  return keyword !== undefined && startFromMessage(draft, message, keyword, keyword.locale);
}

/** The start by any message, where one is declared. */
export function startFallback(machines: Machines, draft: Draft, message: IncomingMessage): boolean {
  const { fallback } = startsOf(machines);
  return fallback !== undefined && startFromMessage(draft, message, fallback);
}

function startFromMessage(
  draft: Draft,
  { connector, from: to, id, text }: IncomingMessage,
  { machine, start }: Fallback,
  ofKeyword?: string,
): boolean {
  if (refusalOf(draft, connector) !== undefined) return false;
  const isOpen = draft.conversations.some(({ definition }) => definition === machine.name);
  if (isOpen && start.again === 'ignore') return false;
  const locale = localeOf(draft, machine, ofKeyword);
  const inputs = conformFields(flowOf(machine, MAIN).inputs, {}, 'inputs.');
  const opening = { text: text.slice(0, MAX_REPLY_CHARACTERS), at: draft.now };
  begin(draft, { machine, start, connector, to, locale, inputs, opening, trigger: { type: 'message.received', id } });
  return true;
}
