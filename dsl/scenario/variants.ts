/** What else could be given at the beginning, so that conditions come out either way. */
import type { Json, JsonObject } from '../json.ts';
import type { DataSource } from '../machine/data-source.ts';
import type { Machine } from '../machine/machine.ts';
import type { Answer, Answers } from '../simulation/answers.ts';
import { conditionsIn, soonAfter, startAttempts } from './attempts.ts';
import { comparisonsIn, isMap, otherThan, pathsIn, put } from './invented-data.ts';
import { sampleFields, type Kind } from './samples.ts';
import type { Action, Given } from './scenario.ts';

/** Of each kind: beyond it a search would try little else. */
const MAX_VARIANTS = 8;

/** What data sources could answer: first as is given, else as they declare it; then not at all, and little; then as conditions ask. */
export function answersToTry(machine: Machine, given: Given): readonly Answers[] {
  const sources = Object.values(machine.flows).flatMap((flow) => Object.entries(flow.sources));
  if (sources.length === 0) return [given.answers];
  const soon = soonAfter(given);
  const invented = (kind: Kind): Record<string, Answer> =>
    Object.fromEntries(sources.map(([name, source]) => [name, { value: bodyOf(source, soon, kind) }]));
  const sourceNamed = new Map(sources);
  const usual: Answers = { ...invented('rich'), ...given.answers };
  const failing: Answers = Object.fromEntries(sources.map(([name]) => [name, { code: 'data-unavailable' }]));
  const asked = changesOf(machine, 'data').flatMap(({ path: [source = '', ...path], value }): readonly Answers[] => {
    const answer = usual[source];
    if (!answer || !('value' in answer) || path.length === 0) return [];
    const inBody = inBodyOf(sourceNamed.get(source), path);
    return [{ ...usual, [source]: { value: changed(answer.value, inBody, value) } }];
  });
  return [usual, failing, invented('poor'), ...asked];
}

/** What the source itself answers, from which its fields are taken. */
function bodyOf(source: DataSource, soon: Date, kind: Kind): JsonObject {
  const body: Record<string, Json> = {};
  for (const [field, value] of Object.entries(sampleFields(source.returns, soon, kind))) {
    put(body, inBodyOf(source, [field]), value);
  }
  return body;
}

function inBodyOf(source: DataSource | undefined, [field = '', ...rest]: readonly string[]): readonly string[] {
  const [path = [field]] = pathsIn(source?.map[field] ?? '', 'response');
  return [...path, ...rest];
}

/** Ways to start, and to start with other inputs. */
export function startsToTry(machine: Machine, given: Given, seen: readonly Action[]): readonly Action[] {
  const changes = changesOf(machine, 'inputs');
  return startAttempts(machine, given, seen).flatMap((action) => [
    action,
    ...changes.flatMap(({ path, value }) => withInput(machine, action, path, value) ?? []),
  ]);
}

function withInput(machine: Machine, action: Action, path: readonly string[], value: Json): Action | undefined {
  if (action.do === 'broadcast' || action.do === 'schedule') {
    const inputs = changed(action.inputs, path, value);
    return { ...action, inputs };
  }
  if (action.do !== 'event') return undefined;
  const [input = '', ...rest] = path;
  const start = machine.starts.find((one) => one.on === 'event' && one.type === action.type);
  const from = start?.on === 'event' ? start.inputs[input] : undefined;
  const [inEvent] = from === undefined ? [] : pathsIn(JSON.stringify(from));
  return inEvent && { ...action, data: changed(action.data, [...inEvent, ...rest], value) };
}

/** Time that passes before anything begins, where conditions look at the clock: until the evening, and to a weekend. */
export function delaysToTry(machine: Machine): readonly (Action & { do: 'advance' })[] {
  if (!conditionsIn(machine).some((condition) => /(?<![\w.])now\b/.test(condition))) return [];
  const HOUR_MS = 3_600_000;
  return [12, 5 * 24].map((hours) => ({ do: 'advance', ms: hours * HOUR_MS, text: `${hours}h` }));
}

interface Variant {
  readonly path: readonly string[];
  readonly value: Json;
}

function changesOf(machine: Machine, of: 'inputs' | 'data'): readonly Variant[] {
  const compared = conditionsIn(machine).flatMap((condition) => comparisonsIn(condition, of));
  return compared
    .flatMap(({ path, holds }) => [holds, otherThan(holds)].map((value) => ({ path, value })))
    .slice(0, MAX_VARIANTS);
}

function changed(data: Json, path: readonly string[], value: Json): JsonObject {
  const copy: Record<string, Json> = isMap(data) ? { ...data } : {};
  put(copy, path, value);
  return copy;
}
