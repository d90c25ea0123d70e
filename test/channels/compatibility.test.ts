import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { list, name, object, oneOf, personal, text, type DataSchema } from '../../channels/catalogue/schema.ts';
import { incompatibilities, presentRelease, RELEASE_PATH, type Release } from '../../scripts/generate/compatibility.ts';

const base = object(
  { a: name('A.'), kind: oneOf(['x', 'y'], 'Kind.') },
  { b: personal(text('B.')), c: list(name('D.'), 'C.') },
);
const release = (data: DataSchema, channel = 'messaging'): Release => ({ 'thing.done': { channel, data } });

describe('the released catalogue', () => {
  it('is kept by the present one (a breaking change is a new type; at a release run: npm run release:events)', async () => {
    const stored = await readFile(join(import.meta.dirname, '../..', RELEASE_PATH), 'utf8');
    expect(incompatibilities(JSON.parse(stored) as Release, presentRelease())).to.deep.equal([]);
  });
});

describe('incompatibilities', () => {
  const change = (properties: Readonly<Record<string, DataSchema>>): DataSchema => ({
    ...base,
    properties: { ...base.properties, ...properties },
  });

  it('allows new types, new optional fields, new values and other words', () => {
    const later = change({ e: text('E.'), kind: oneOf(['x', 'y', 'z'], 'Kind.'), a: name('Said better.') });
    expect(
      incompatibilities(release(base), { ...release(later), 'thing.undone': { channel: 'data', data: base } }),
    ).to.deep.equal([]);
  });

  const broken: readonly [string, Release, RegExp][] = [
    ['a removed type', {}, /removed/],
    ['a type on another channel', release(base, 'timers'), /moved from channel messaging to timers/],
    ['a removed field', release({ ...base, properties: { a: name('A.') } }), /field "b" removed/],
    [
      'a field of another type',
      release(change({ a: { type: 'integer' } })),
      /thing\.done a: "type" was string, is integer/,
    ],
    ['a stricter field', release(change({ a: { ...name('A.'), pattern: '^x' } })), /"pattern"/],
    ['a value taken away', release(change({ kind: oneOf(['x'], 'Kind.') })), /no longer takes "y"/],
    ['values restricted', release(change({ a: { ...name('A.'), enum: ['x'] } })), /certain values only/],
    ['a new required field', release({ ...base, required: ['a', 'kind', 'b'] }), /"b" became required/],
    ['a field that may now be missing', release({ ...base, required: ['a'] }), /"kind" became optional/],
    ['a change inside a list', release(change({ c: list({ type: 'integer' }, 'C.') })), /thing\.done c\[\]: "type"/],
    ['a field no longer personal', release(change({ b: text('B.') })), /no longer marked as personal/],
  ];
  for (const [title, later, problem] of broken) {
    it(`finds ${title}`, () => {
      expect(incompatibilities(release(base), later).join('\n')).to.match(problem);
    });
  }
});
