import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { compileText } from '../../../dsl/compile/compile.ts';
import { commentsOf } from '../../../dsl/format/comments.ts';
import { formatText } from '../../../dsl/format/format.ts';

const SHIPPED = yamlIn('conversations');
const DEFINITIONS = SHIPPED.filter(({ text }) => text.startsWith('conversation:'));
const BROKEN = yamlIn('test/dsl/broken');

function yamlIn(folder: string): readonly { readonly file: string; readonly text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
}

function format(text: string): string {
  const formatted = formatText(text, { file: 'x.yaml' });
  if ('diagnostics' in formatted) throw new Error(`not YAML: ${JSON.stringify(formatted.diagnostics)}`);
  return formatted.text;
}

function hashOf(text: string): string {
  const compiled = compileText(text, { file: 'x.yaml' });
  return 'machine' in compiled ? compiled.machine.hash : compiled.diagnostics.map(({ code }) => code).join();
}

const lines = (...all: readonly string[]) => all.map((line) => `${line}\n`).join('');

describe('fmt', () => {
  it('leaves the shipped conversations as they are', () => {
    for (const { file, text } of SHIPPED) expect(format(text), file).to.equal(text);
  });

  it('orders keys as the language does, and lets actions happen in the order written', () => {
    const text = lines(
      'steps:',
      '- silence: [{end: x}]',
      '  within: 1h',
      '  emit: {data: {b: 1, a: 2}, type: com.example.x}',
      '  say: Hi',
      '  ask: How?',
      '  replies: [{goto: next, match: b}]',
      '  step: first',
      'vars: {b: text, a: {default: x, type: text}}',
      'conversation: x',
      'start: [{match: x}]',
    );
    expect(format(text)).to.equal(
      lines(
        'conversation: x',
        'start: [{ match: x }]',
        'vars: { b: text, a: { type: text, default: x } }',
        '',
        'steps:',
        '  - step: first',
        '    emit: { type: com.example.x, data: { b: 1, a: 2 } }',
        '    say: Hi',
        '    ask: How?',
        '    within: 1h',
        '    replies: [{ match: b, goto: next }]',
        '    silence: [{ end: x }]',
      ),
    );
  });

  it('puts time and silence behind what they belong to', () => {
    const event = '{ event: com.example.x, key: event.data.x, equals: inputs.x }';
    const rest = ['    within: 1h', '    silence: [{ end: x }]'];
    const ordered = lines(
      'conversation: x',
      '',
      'steps:',
      `  - listen: { any: [${event}] }`,
      ...rest,
      '    set: { x: 1 }',
    );
    const written = lines(
      'conversation: x',
      'steps:',
      '  - silence: [{ end: x }]',
      `    listen: { any: [${event}] }`,
      '    set: { x: 1 }',
      '    within: 1h',
    );
    expect(format(written)).to.equal(ordered);
  });

  it('lets last words happen in the order written too', () => {
    const text = lines(
      'expired:',
      '  set: { a: 1 }',
      '  emit: { type: com.example.x }',
      '  say: Bye',
      '  update: { b: 2 }',
    );
    expect(format(text)).to.equal(text);
  });

  it('keeps the comments of a key with the key, and the head of the file at its head', () => {
    const text = lines(
      '# The head',
      '',
      '# of vars',
      'vars:',
      '  a: text   # of a',
      'conversation: x # of x',
      '# the end',
    );
    expect(format(text)).to.equal(
      lines('# The head', '', 'conversation: x # of x', '', '# of vars', 'vars:', '  a: text # of a', '', '# the end'),
    );
  });

  it('chooses the quotes that need no escape, and never takes quotes away', () => {
    const text = lines('conversation: "x"', "about: [ \"it's\", 'say \"x\"', \"a\\tb\", 'it''s \"x\"', 'yes' ]");
    expect(format(text)).to.equal(
      lines("conversation: 'x'", `about: ["it's", 'say "x"', "a\\tb", 'it''s "x"', 'yes']`),
    );
  });

  it('writes out what does not fit on a line', () => {
    const long = 'x'.repeat(60);
    expect(format(`conversation: x\nvars: {a: {type: text, default: ${long}}, b: {default: ${long}}}\n`)).to.equal(
      lines('conversation: x', '', 'vars:', `  a: { type: text, default: ${long} }`, `  b: { default: ${long} }`),
    );
  });

  it('keeps texts of several lines line by line', () => {
    const text = lines(
      'steps:',
      '- say: >-',
      '      one',
      '      two',
      '',
      '      three',
      '- say: |+',
      '   a',
      '     b',
      '',
      '- say: plain',
      '    goes on',
      '- say: "quoted',
      '    goes on"',
      '- say: |2',
      '     c',
    );
    const formatted = format(text);
    expect(formatted).to.include('  - say: >-\n      one\n      two\n\n      three\n');
    expect(formatted).to.include('  - say: plain\n      goes on\n');
    expect(formatted).to.include("  - say: 'quoted\n      goes on'\n");
    expect(parseDocument(formatted).toJS()).to.deep.equal(parseDocument(text).toJS());
  });

  it('does not touch what is no valid YAML, but says where', () => {
    expect(formatText('a: [b\n', { file: 'x.yaml' })).to.have.nested.property('diagnostics[0].code', 'yaml-syntax');
  });

  it('formats files with mistakes of the language, without changing the mistakes', () => {
    let formatted = 0;
    for (const { file, text } of BROKEN) {
      const result = formatText(text, { file });
      if ('diagnostics' in result) continue;
      formatted += 1;
      expect(hashOf(result.text), file).to.equal(hashOf(text));
      expect(format(result.text), file).to.equal(result.text);
    }
    expect(formatted).to.be.greaterThan(20);
  });

  it('gives one form to every way of writing a definition, the same machine, and loses no comment', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DEFINITIONS), variation, ({ text: written }, how) => {
        // Turning a map round moves comments that stand in it already to other keys: those that count are added.
        const text = written.replaceAll(/^ *#.*\n/gm, '');
        const varied = vary(text, how);
        const formatted = format(varied);
        expect(hashOf(formatted)).to.equal(hashOf(text));
        expect(commentsOf(formatted)).to.deep.equal(commentsOf(varied));
        expect(format(formatted)).to.equal(formatted);
        expect(withoutLayout(formatted)).to.equal(withoutLayout(format(vary(text, { ...how, ...PLAIN }))));
      }),
      { numRuns: 60 },
    );
  }).timeout(60_000);
});

interface Variation {
  readonly indent: number;
  readonly indentSeq: boolean;
  readonly comments: readonly number[];
  readonly rotations: readonly number[];
}

/** Comments as they fall; everything else as it would be by itself. */
const PLAIN = { indent: 2, indentSeq: true, rotations: [] };

const variation: fc.Arbitrary<Variation> = fc.record({
  indent: fc.integer({ min: 1, max: 6 }),
  indentSeq: fc.boolean(),
  comments: fc.array(fc.nat(60), { maxLength: 6 }),
  rotations: fc.array(fc.nat(7), { minLength: 1, maxLength: 10 }),
});

/** Maps in which order is layout; among actions it is meaning, and in an author's own maps it stays. */
const FREE_KEYS: ReadonlySet<string> = new Set(['conversation', 'match', 'type', 'for', 'when']);

function vary(text: string, { indent, indentSeq, comments, rotations }: Variation): string {
  const document = parseDocument(text);
  let count = 0;
  visit(document, {
    Map(_key, map) {
      const [first] = map.items;
      const isFree = isScalar(first?.key) && FREE_KEYS.has(String(first.key.value));
      const by = rotations.length === 0 ? 0 : (rotations[count % rotations.length] ?? 0) % map.items.length;
      count += 1;
      const hasSay = map.items.some(
        ({ key }) => isScalar(key) && ['say', 'set', 'emit', 'call', 'goto', 'end'].includes(String(key.value)),
      );
      if (isFree && !hasSay) map.items = [...map.items.slice(by), ...map.items.slice(0, by)];
    },
  });
  addComments(document, comments);
  return document.toString({ indent, indentSeq, lineWidth: 0 });
}

/** A comment before the nth key of those in block maps, by name, so that it is the same key in every order. */
function addComments(document: ReturnType<typeof parseDocument>, comments: readonly number[]): void {
  if (!isMap(document.contents)) return;
  const keys = document.contents.items.map(({ key }) => key).filter((key) => isScalar(key));
  const sorted = [...keys].sort((a, b) => (String(a.value) < String(b.value) ? -1 : 1));
  for (const number of comments) {
    const key = sorted[number % sorted.length];
    if (key) key.commentBefore = ` comment ${number.toString()}`;
  }
}

function withoutLayout(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n');
}
