/** What could be tried next in a conversation: what its machine expects, and what it does not. */
import type { ConversationState } from '../contact.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Value } from '../machine/expressions.ts';
import type { Flow } from '../machine/flow.ts';
import { MAIN, flowOf, type Machine } from '../machine/machine.ts';
import type { AskNode } from '../machine/nodes.ts';
import type { EventStart } from '../machine/starts.ts';
import type { ValueType } from '../machine/value-types.ts';
import { formatDuration } from '../text/format-duration.ts';
import { eventAttempts } from './event-attempts.ts';
import { comparisonsIn, pathsIn, put } from './invented-data.ts';
import { formatTimeOfDay } from '../text/local-time.ts';
import { sampleFields, replySampleOf, sampleOf } from './samples.ts';
import { AGENT, type Action, type Given, type Person } from './scenario.ts';

const DAY_MS = 86_400_000;
/** Beyond what conversations subtract from a day: "three days before it is due". */
const SOON_DAYS = 5;

/** Fits no question that expects words. */
const GIBBERISH = 'qwerty zxcv';

/** Ways to start the machine. `seen`: events of other scenarios, whose data is more telling than made up data. */
export function startAttempts(machine: Machine, given: Given, seen: readonly Action[]): readonly Action[] {
  const [person] = given.people;
  if (!person) return [];
  return machine.starts.flatMap((start): readonly Action[] => {
    if (start.on === 'keyword') {
      const word = Object.values(start.words).flat()[0];
      return word === undefined ? [] : [{ do: 'reply', person, text: word }];
    }
    if (start.on === 'any') return [{ do: 'reply', person, text: GIBBERISH }];
    if (start.on === 'broadcast') {
      const inputs = sampleInputs(flowOf(machine, MAIN).inputs, soonAfter(given));
      return [{ do: 'broadcast', person, definition: machine.name, inputs }];
    }
    if (start.on === 'schedule') {
      const inputs = sampleInputs(flowOf(machine, MAIN).inputs, soonAfter(given));
      const at = formatTimeOfDay(start.at.minutes);
      return [{ do: 'schedule', person, definition: machine.name, list: start.list, at, inputs }];
    }
    const known = seen.filter((action) => action.do === 'event' && action.type === start.type);
    if (known.length > 0) return known;
    return [{ do: 'event', type: start.type, data: inventData(machine, start, person, given) }];
  });
}

export function soonAfter({ now }: Pick<Clock, 'now'>): Date {
  return new Date(now + SOON_DAYS * DAY_MS);
}

/** Of the world: what the clock shows, and how long until something happens by itself. */
export interface Clock {
  readonly now: number;
  readonly idleMs: number | undefined;
}

/** Ways to go on from where a conversation waits. */
export function nextAttempts(
  machine: Machine,
  conversation: ConversationState,
  person: Person,
  { now, idleMs }: Clock,
): readonly Action[] {
  const reply = (text: string): Action => ({ do: 'reply', person, text });
  const frame = conversation.frames.at(-1);
  const flow = frame && flowOf(machine, frame.flow);
  const node = flow && 'node' in conversation.wait ? flow.nodes[conversation.wait.node] : undefined;
  // Those of whatever called the running flow are heard too.
  const words = conversation.frames.flatMap((one) => wordsOf(flowOf(machine, one.flow).interruptWords)).reverse();
  const asked = flow && node?.op === 'ask' ? answersTo(machine, flow, node, now) : [];
  const waiting: readonly Action[] =
    idleMs === undefined ? [] : [{ do: 'advance', ms: Math.ceil(idleMs / 1000) * 1000, text: formatDuration(idleMs) }];
  const desk = conversation.wait.for === 'handoff' ? [handedBack('returned'), handedBack('nobody')] : [];
  const events = eventAttempts(machine, conversation, soonAfter({ now }));
  return [...[...asked, ...words].map(reply), ...desk, ...events, ...waiting];
}

export function handedBack(outcome: string): Action {
  return { do: 'agent', type: 'handoff.returned', data: { agent: AGENT, outcome } };
}

function answersTo(machine: Machine, flow: Flow, ask: AskNode, now: number): readonly string[] {
  const type = ask.into === undefined ? undefined : flow.vars[ask.into];
  const fitting = ask.any === undefined ? [] : samplesOf(machine, type, now);
  return [...wordsOf(ask.words), ...fitting, ...(ask.otherwise ? [GIBBERISH] : [])];
}

/** One word per entry. */
function wordsOf(table: Readonly<Record<string, Readonly<Record<string, number>>>>): readonly string[] {
  const byEntry = new Map<number, string>();
  for (const words of Object.values(table)) {
    for (const [word, entry] of Object.entries(words)) if (!byEntry.has(entry)) byEntry.set(entry, word);
  }
  return [...byEntry.values()];
}

/** Days: two, for one may be a Sunday. */
const DAYS_AHEAD = [2, 3] as const;

function samplesOf(machine: Machine, type: ValueType | undefined, now: number): readonly string[] {
  if (type?.type === 'text' && type.enum) return type.enum;
  if (type?.type === 'integer' || type?.type === 'number') return numbersIn(machine);
  const days = type?.type === 'date' ? DAYS_AHEAD : [SOON_DAYS];
  return days.map((ahead) => replySampleOf(type, new Date(now + ahead * DAY_MS)));
}

export function conditionsIn(machine: Machine): readonly string[] {
  return Object.values(machine.flows).flatMap(({ nodes }) =>
    nodes.flatMap((node) => (node.op === 'branch' ? node.cases.map(({ when }) => when) : [])),
  );
}

/** Numbers about those that the machine compares with: on both sides of each bound. */
function numbersIn(machine: Machine): readonly string[] {
  const found = new Set<number>([1]);
  for (const condition of conditionsIn(machine)) {
    for (const [text] of condition.matchAll(/\b\d+(?:\.\d+)?\b/g)) {
      const bound = Number(text);
      for (const near of [bound - 1, bound, bound + 1]) found.add(near);
    }
  }
  return [...found].map((number) => number.toString());
}

/** Data for an event as it is declared, else from what its start reads of it: the paths under `event.data`. */
function inventData(machine: Machine, start: EventStart, person: Person, given: Given): JsonObject {
  const declared = machine.events?.[start.type];
  const data: Record<string, Json> = { ...(declared && sampleFields(declared, soonAfter(given), 'rich')) };
  const { inputs } = flowOf(machine, MAIN);
  for (const [name, value] of declared ? [] : Object.entries(start.inputs)) {
    const type = inputs[name];
    for (const path of pathsIn(celOf(value))) put(data, path, sampleOf(type, soonAfter(given)));
  }
  for (const { path, holds } of comparisonsIn(start.when ?? '', 'event.data')) put(data, path, holds);
  for (const path of pathsIn(start.contact)) put(data, path, person.addresses[0]);
  return data;
}

function sampleInputs(inputs: Flow['inputs'], soon: Date): JsonObject {
  const needed = Object.entries(inputs).filter(([, type]) => type.default === undefined && !type.optional);
  return Object.fromEntries(needed.map(([name, type]) => [name, sampleOf(type, soon)]));
}

function celOf(value: Value): string {
  return JSON.stringify(value);
}
