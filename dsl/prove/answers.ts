/** Data that a source might answer, made up from what its fields are declared to be. */
import type { Json, JsonObject } from '../json.ts';
import type { DataSource, Machine, ValueType } from '../machine.ts';
import type { Answers } from '../simulation/answers.ts';

/** Every source of the machine answers. */
export function inventedAnswers(machine: Machine, now: number): Answers {
  const flows = Object.values(machine.flows);
  const sources = flows.flatMap(({ sources: declared }) => Object.entries(declared));
  return Object.fromEntries(sources.map(([name, source]) => [name, { value: answerOf(source, now) }]));
}

function answerOf({ returns, map }: DataSource, now: number): Json {
  const answer: Record<string, Json> = {};
  for (const [name, type] of Object.entries(returns)) {
    const value = sampleOf(type, now);
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

const SAMPLES: Readonly<Record<string, Json>> = {
  text: 'something',
  integer: 1,
  number: 1,
  boolean: true,
  duration: '1h',
  phone: '+12125550123',
  email: 'ana@example.com',
};

function sampleOf(type: ValueType, now: number): Json {
  if (type.default !== undefined) return type.default;
  if (type.type === 'list') return [sampleOf(type.of, now)];
  if (type.type === 'object')
    return Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, sampleOf(field, now)]));
  if ('enum' in type && type.enum?.[0] !== undefined) return type.enum[0];
  const time = new Date(now + 86_400_000).toISOString();
  if (type.type === 'time') return time;
  return SAMPLES[type.type] ?? time.slice(0, 10);
}
