import { isReservedType } from '../../channels/type-name.ts';
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Start, Value } from '../machine.ts';
import type { SourceStart } from '../schema/source.ts';
import { positionOf, type Compilation } from './compilation.ts';
import { checkBare } from './expressions.ts';
import { compileValueOf } from './values.ts';
import { compileWords, WordIndex } from './words.ts';

export function compileStarts(c: Compilation): readonly Start[] {
  const index = new WordIndex(c);
  return c.source.start.map((start, position) => {
    if (start.match !== undefined && start.event !== undefined) {
      c.report.add(
        'keys-exclusive',
        c.tree.keyRange(start, 'event'),
        '"event" can not stand beside "match": make it an entry of its own',
      );
    }
    const at = positionOf(c, c.source.start, position);
    return start.event === undefined
      ? { ...compileKeyword(c, start, position, index), ...at }
      : { ...compileEvent(c, start), ...at };
  });
}

function compileKeyword(
  c: Compilation,
  start: SourceStart,
  position: number,
  index: WordIndex,
): Start & { on: 'keyword' } {
  if (start.match === undefined) {
    c.report.add('missing-key', c.tree.keyRange(c.source.start, position), 'this start needs "match" or "event"');
  }
  const words: Record<string, string[]> = {};
  for (const word of compileWords(c, start, 'match')) {
    index.add(word, position);
    (words[word.locale] ??= []).push(word.folded);
  }
  reportMissingInputs(c, start, 'match', new Set());
  return { on: 'keyword', words, ...positionOf(c, c.source.start, position) };
}

function compileEvent(c: Compilation, start: SourceStart): Omit<Start & { on: 'event' }, 'line' | 'column'> {
  const type = start.event ?? '';
  if (isReservedType(type))
    c.report.add(
      'event-type-reserved',
      c.tree.valueRange(start, 'event'),
      `"${type}" is an event of the platform, not of your own`,
    );
  if (start.when !== undefined) checkBare(c, 'route', start, 'when', { types: ['bool'], called: 'true or false' });
  checkBare(c, 'route', start, 'contact', { types: ['string'], called: 'an address, which is a text' });
  const inputs: Record<string, Value> = {};
  for (const name of Object.keys(start.inputs ?? {})) {
    const declared = c.inputs[name];
    if (declared) inputs[name] = compileValueOf(c, 'start', start.inputs ?? {}, name, declared);
    else {
      const hints = { suggestion: nearest(name, Object.keys(c.inputs)) };
      c.report.add(
        'input-unknown',
        c.tree.keyRange(start.inputs ?? {}, name),
        `"${name}" is not among the inputs`,
        hints,
      );
    }
  }
  reportMissingInputs(c, start, 'event', new Set(Object.keys(start.inputs ?? {})));
  const { when, contact = '' } = start;
  return { on: 'event', type, ...(when === undefined ? {} : { when }), contact, inputs };
}

function reportMissingInputs(
  c: Compilation,
  start: SourceStart,
  key: 'match' | 'event',
  given: ReadonlySet<string>,
): void {
  const missing = Object.entries(c.inputs)
    .filter(([name, type]) => !given.has(name) && type.default === undefined && !type.optional)
    .map(([name]) => `"${name}"`);
  if (missing.length === 0) return;
  c.report.add('input-missing', c.tree.keyRange(start, key), `this start gives no ${missing.join(', ')}`, {
    expected: 'a default, or optional: true',
  });
}
