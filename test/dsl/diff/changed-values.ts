/** Definitions in which one value is another one than the author wrote. */
import { isMap, isScalar, isSeq, parseDocument, type Document, type Scalar } from 'yaml';
import { compileText } from '../../../dsl/compile/compile.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { definitionSchema } from '../../../dsl/schema/definition.ts';
import type { Kind, Schema } from '../../../dsl/schema/schema.ts';
import { meaningOf, memberSchema, type Meaning } from '../../../dsl/schema/walk.ts';
import { Projects } from '../../../runtime/project/projects.ts';

export interface ChangedValue {
  readonly place: Place;
  readonly before: Machine;
  readonly after: Machine;
}

/** One after the other. `isWanted`: whether a change there is of interest at all. */
export function* changedValues(
  text: string,
  file: string,
  isWanted: (place: Place) => boolean,
): Generator<ChangedValue> {
  const before = machineIn(text, file);
  if (!before) throw new Error(`${file} is not sound`);
  const document = parseDocument(text);
  for (const place of placesIn(document.contents, meaningOf(definitionSchema, definitionSchema, 'object'), [])) {
    if (!isWanted(place)) continue;
    const after = changedMachine(document, place, before, file);
    if (after) yield { place, before, after };
  }
}

/** A scalar of a file, and the keys of the language that it stands under. */
export interface Place {
  readonly node: Scalar;
  readonly keys: readonly string[];
}

function placesIn(node: unknown, meaning: Meaning, keys: readonly string[]): readonly Place[] {
  if (isScalar(node)) return [{ node, keys }];
  if (isSeq(node)) {
    const { items } = meaning.schema;
    return node.items.flatMap((item) => placesIn(item, understood(items, item), keys));
  }
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => {
    const name = String(isScalar(key) ? key.value : key);
    const isKey = Object.hasOwn(meaning.schema.properties ?? {}, name);
    const member = memberSchema(meaning, name);
    return placesIn(
      value,
      understood(member, value),
      isKey ? [...keys, `${meaning.part ?? 'definition'}.${name}`] : keys,
    );
  });
}

function understood(schema: Schema | undefined, node: unknown): Meaning {
  if (!schema) return { schema: {} };
  const kind: Kind = isMap(node) ? 'object' : isSeq(node) ? 'array' : 'string';
  return meaningOf(definitionSchema, schema, kind);
}

/** What could stand there instead; the first that compiles to another machine is compared. */
function othersThan(value: unknown): readonly unknown[] {
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value + 1, value - 1];
  const text = String(value);
  const number = text.replace(/\d+/, (digits) => (Number(digits) + 1).toString());
  const words = text.includes(' ') ? [] : WORDS.filter((word) => word !== text);
  return [
    ...(number === text ? [] : [number]),
    ...words,
    `${text} x`,
    `${text}x`,
    `${text} || true`,
    `${text}|zz`,
    `'x'`,
  ];
}

/** Of the language: values of its enumerations, and types. */
const WORDS = [
  ...['other', 'hold', 'skip', 'ignore', 'restart', 'queue', 'resume', 'delivered', 'text', 'integer', 'date'],
  ...['GB', 'Europe/Paris', 'fr', 'USD', 'mon-fri', '10:07', '6d'],
];

function machineIn(text: string, file: string): Machine | undefined {
  const compiled = compileText(text, { file, ...new Projects().around(file) });
  return 'machine' in compiled ? compiled.machine : undefined;
}

function changedMachine(document: Document, { node }: Place, before: Machine, file: string): Machine | undefined {
  const was = node.value;
  try {
    for (const other of othersThan(was)) {
      node.value = other;
      const after = machineIn(document.toString({ lineWidth: 0 }), file);
      if (after && after.hash !== before.hash) return after;
    }
    return undefined;
  } finally {
    node.value = was;
  }
}
