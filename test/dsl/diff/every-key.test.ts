/** Changes one value after another in definitions that use the whole language: each change must be told. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { isMap, isScalar, isSeq, parseDocument, type Document, type Scalar } from 'yaml';
import { compileText } from '../../../dsl/compile/compile.ts';
import { changesBetween } from '../../../dsl/diff/changes.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { definitionSchema } from '../../../dsl/schema/definition.ts';
import { meaningOf, memberSchema, type Meaning } from '../../../dsl/schema/walk.ts';
import type { Kind, Schema } from '../../../dsl/schema/schema.ts';
import { Projects } from '../../../runtime/project/projects.ts';

const EXAMPLES = join(import.meta.dirname, '../../../docs/examples');
const FILES = [
  ...readdirSync(EXAMPLES).map((name) => join(EXAMPLES, name, `${name === 'project' ? 'cancel-visit' : name}.yaml`)),
  join(import.meta.dirname, 'rest-of-language.yaml'),
];

/** A scalar of a file, and the keys of the language that it stands under. */
interface Place {
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

describe('a comparison', function () {
  this.timeout(120_000);
  const tried = new Set<string>();
  const told = new Set<string>();
  for (const file of FILES) {
    it(`tells each change of a value in ${basename(file)}`, () => {
      const text = readFileSync(file, 'utf8');
      const before = machineIn(text, file);
      if (!before) throw new Error(`${file} is not sound`);
      const document = parseDocument(text);
      const silent: string[] = [];
      for (const place of placesIn(document.contents, meaningOf(definitionSchema, definitionSchema, 'object'), [])) {
        // One value under the same keys is as good as another.
        const path = place.keys.join(' ');
        if (tried.has(path)) continue;
        const after = changedMachine(document, place, before, file);
        if (!after) continue;
        tried.add(path);
        for (const key of place.keys) told.add(key);
        const changes = changesBetween(before, after);
        if (changes.some(({ before: was }) => was === 'as before'))
          silent.push(`${place.keys.join(' ')}: ${String(place.node.value)}`);
      }
      expect(silent).to.deep.equal([]);
    });
  }
  it('was tried on every key', () => {
    const parts = [['definition', definitionSchema] as const, ...Object.entries(definitionSchema.$defs ?? {})];
    const keys = parts.flatMap(([part, schema]) =>
      [schema, schema.then, schema.else].flatMap((one) =>
        Object.keys(one?.properties ?? {}).map((key) => `${part}.${key}`),
      ),
    );
    const toldAnywhere = new Set([...told].map(nameOf));
    const isTold = (key: string) => told.has(key) || (ACTIONS.has(nameOf(key)) && toldAnywhere.has(nameOf(key)));
    expect([...new Set(keys)].filter((key) => !isTold(key) && !Object.hasOwn(UNCHANGED, key))).to.deep.equal([]);
  });
});

const nameOf = (key: string): string => key.slice(key.indexOf('.') + 1);

/** What any step or way can do is the same wherever it stands. */
const ACTIONS: ReadonlySet<string> = new Set([
  ...['say', 'set', 'emit', 'update', 'call', 'with', 'outcomes', 'goto', 'end'],
]);

/** What no change of a single value can make another machine. */
const UNCHANGED: Readonly<Record<string, string>> = {
  'definition.locales': 'all texts change with it',
  'definition.returns': 'is that of a shared file or snippet',
  'snippet.returns': 'who calls it changes with it',

  'definition.imports': 'gives what other keys refer to',
  'message.use': 'is a text once compiled',
  'definition.budget': 'is checked, and no part of the machine',
  'budget.segments': 'is checked, and no part of the machine',
  'share.share': 'all shares change together; see changes.test.ts',
  'step.from': 'has one value',
  'start.any': 'has one value',
  'start.broadcast': 'has one value',
};
