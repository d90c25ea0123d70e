/** Data that a source might answer, made up from what its fields are declared to be. */
import type { Json, JsonObject } from '../json.ts';
import type { DataSource } from '../machine/data-source.ts';
import type { Machine } from '../machine/machine.ts';
import { sampleOf, type Kind } from '../scenario/samples.ts';
import type { Answers } from '../simulation/answers.ts';

const SOON_MS: number = 3 * 86_400_000;

/** Every source of the machine answers. */
export function inventedAnswers(machine: Machine, now: number, kind: Kind): Answers {
  const flows = Object.values(machine.flows);
  const sources = flows.flatMap(({ sources: declared }) => Object.entries(declared));
  return Object.fromEntries(
    sources.map(([name, source]) => [name, { value: answerOf(source, new Date(now + SOON_MS), kind) }]),
  );
}

function answerOf({ returns, map }: DataSource, soon: Date, kind: Kind): Json {
  const answer: Record<string, Json> = {};
  for (const [name, type] of Object.entries(returns)) {
    if (kind === 'poor' && type.optional === true) continue;
    const value = sampleOf(type, soon, kind);
    const expression = map[name];
    if (expression === undefined) answer[name] = value;
    else for (const path of pathsIn(expression)) put(answer, path, value);
  }
  return answer;
}

function pathsIn(expression: string): readonly (readonly string[])[] {
  return [...expression.matchAll(/\bresponse((?:\.\w+)+)(?!\w*\()/g)].map(([, path = '']) => path.slice(1).split('.'));
}

function put(data: Record<string, Json>, [first = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    data[first] = value;
    return;
  }
  const known = data[first];
  const inner: Record<string, Json> =
    typeof known === 'object' && !Array.isArray(known) ? { ...(known as JsonObject) } : {};
  put(inner, rest, value);
  data[first] = inner;
}
