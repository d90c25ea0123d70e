/** Changes one value after another in definitions that use the whole language: each change must be told. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { changesBetween } from '../../../dsl/diff/changes.ts';
import { definitionSchema } from '../../../dsl/schema/definition.ts';
import { changedValues, type Place } from './changed-values.ts';

const EXAMPLES = join(import.meta.dirname, '../../../docs/examples');
const FILES = [
  ...readdirSync(EXAMPLES).map((name) => join(EXAMPLES, name, `${name === 'project' ? 'cancel-visit' : name}.yaml`)),
  join(import.meta.dirname, 'rest-of-language.yaml'),
];

describe('a comparison', function () {
  this.timeout(120_000);
  const tried = new Set<string>();
  const told = new Set<string>();
  for (const file of FILES) {
    it(`tells each change of a value in ${basename(file)}`, () => {
      const silent: string[] = [];
      // One value under the same keys is as good as another.
      const isNew = ({ keys }: Place): boolean => !tried.has(keys.join(' '));
      for (const { place, before, after } of changedValues(readFileSync(file, 'utf8'), file, isNew)) {
        tried.add(place.keys.join(' '));
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
