/** `ask` with all that belongs to it. */
import type { Choice } from '../machine/message.ts';
import type { Reply } from '../machine/nodes.ts';
import type { Json } from '../json.ts';
import type { SourceOtherwise, SourceReply, SourceSilence, SourceStep } from '../schema/source.ts';
import { readReply } from '../text/read-reply.ts';
import { compileChoices, type Expected } from './choices.ts';
import { positionOf, type Compilation } from './compilation.ts';
import { compileDuration } from './durations.ts';
import { Label, use } from './layout.ts';
import type { Scope } from './scope.ts';
import { compileMessage } from './messages.ts';
import { compileReading } from './reading.ts';
import { describe, mismatchOf } from './values.ts';
import { compileWay, compileWayOrNext, leaves, reportNoExit, reportOthers } from './ways.ts';
import { compileWords, WordIndex } from './words.ts';

export function compileQuestion(scope: Scope, step: SourceStep): void {
  const { c, layout, state } = scope;
  const position = positionOf(c, step, 'ask');
  const message = compileMessage(c, step, 'ask');
  const withinMs = compileDuration(c, step, 'within');
  const reading = compileReading(c, step);
  const self = new Label();
  const { replies, words, choices, ways } = compileReplies(scope, step);
  const otherwise = compileOtherwise(scope, step, self, choices);
  const silence = compileSilence(scope, step, self, choices);
  const any = ways.length === 0 ? use(scope.after) : undefined;
  layout.place(self);
  layout.add(state, position, (resolve) => ({
    op: 'ask',
    ...message,
    ...(choices ? { choices } : {}),
    withinMs,
    ...reading,
    replies: replies.map((reply, index) => ({ ...reply, to: resolve(ways[index] ?? scope.after) })),
    words,
    ...(step.into === undefined ? {} : { into: step.into }),
    ...(any ? { any: resolve(any) } : {}),
    ...(otherwise ? { otherwise: otherwise(resolve) } : {}),
    silence: silence.map(({ to, ...at }) => ({ to: resolve(to), ...at })),
  }));
}

interface Replies {
  readonly replies: readonly (Omit<Reply, 'to'> & { line: number; column: number })[];
  readonly ways: readonly Label[];
  readonly words: WordIndex['words'];
  readonly choices: readonly Choice[] | undefined;
}

function compileReplies(scope: Scope, step: SourceStep): Replies {
  const { c } = scope;
  const entries = step.replies ?? [];
  const matching = entries.filter(({ otherwise }) => otherwise === undefined);
  const someLeave = matching.some(leaves);
  const index = new WordIndex(c);
  const expected: Expected[] = [];
  const replies: Replies['replies'][number][] = [];
  const ways: Label[] = [];
  for (const entry of matching) {
    const at = positionOf(c, entries, entries.indexOf(entry));
    if (entry.match === undefined) {
      c.report.add(
        'missing-key',
        c.tree.keyRange(entries, entries.indexOf(entry)),
        'this reply needs "match" or "otherwise"',
      );
      continue;
    }
    if (someLeave) reportNoExit(c, entry, 'match');
    const words = compileWords(c, entry, 'match');
    for (const word of words) index.add(word, replies.length);
    const first = words.find(({ folded }) => folded !== '')?.text ?? '';
    expected.push({ source: entry, words });
    replies.push({ ...valueOf(c, step, entry, first), ...at });
    ways.push(compileWay(scope, entry));
  }
  return { replies, ways, words: index.words, choices: compileChoices(c, expected, index) };
}

/** What `into` keeps of this reply: its `value`, or its first word read as the variable's type. */
function valueOf(c: Compilation, step: SourceStep, entry: SourceReply, word: string): { value?: Json } {
  const key = entry.value === undefined ? 'match' : 'value';
  if (step.into === undefined) {
    if (entry.value !== undefined)
      c.report.add('missing-key', c.tree.keyRange(entry, 'value'), '"value" needs "into" beside "ask"', {
        expected: 'into: VARIABLE',
      });
    return {};
  }
  const type = c.vars[step.into];
  if (!type) return {};
  const value = entry.value ?? readReply(type, word, { locale: c.locales[0] ?? 'en', country: c.source.country });
  const problem = value === undefined ? `"${word}" is not ${describe(type)}` : mismatchOf(type, value, `"${key}"`);
  if (problem === undefined && value !== undefined) return { value };
  c.report.add('value-mismatch', c.tree.valueRange(entry, key), problem ?? '', {
    expected: describe(type),
    ...(entry.value === undefined ? { suggestion: 'a value: beside match' } : {}),
  });
  return {};
}

type Choices = readonly Choice[] | undefined;

function compileOtherwise(scope: Scope, step: SourceStep, self: Label, choices: Choices) {
  const { c } = scope;
  const entries = step.replies ?? [];
  const positions = entries.flatMap((entry, index) => (entry.otherwise === undefined ? [] : [index]));
  const [index] = positions;
  if (index === undefined) {
    if (entries.length > 0) {
      c.report.add(
        'otherwise-missing',
        c.tree.keyRange(step, 'replies'),
        'nothing says what happens on any other reply',
        { expected: '- otherwise: { … }' },
      );
    }
    return undefined;
  }
  const entry = entries[index] ?? {};
  for (const position of positions) {
    if (position < entries.length - 1)
      c.report.add(
        'otherwise-not-last',
        c.tree.keyRange(entries[position] ?? {}, 'otherwise'),
        '"otherwise" stands before other replies',
      );
  }
  reportOthers(c, entry, 'otherwise');
  const at = positionOf(c, entries, index);
  const otherwise = entry.otherwise === 'next' ? { goto: 'next' } : (entry.otherwise ?? {});
  const way = compileOtherwiseWay(scope, entry, otherwise, self, choices);
  const exhausted = otherwise.exhausted === undefined ? undefined : compileWayOrNext(scope, otherwise, 'exhausted');
  return (resolve: (label: Label) => number) => ({
    to: resolve(way),
    ...(otherwise.again === undefined ? {} : { again: otherwise.again }),
    ...(exhausted ? { exhausted: resolve(exhausted) } : {}),
    ...at,
  });
}

function compileOtherwiseWay(
  scope: Scope,
  entry: SourceReply,
  otherwise: SourceOtherwise,
  self: Label,
  choices: Choices,
): Label {
  const { c, state } = scope;
  if (otherwise.again === undefined) {
    // "Pardon?" sounds as if another reply were waited for.
    if (otherwise.say !== undefined && !leaves(otherwise))
      c.report.add(
        'exit-missing',
        c.tree.keyRange(entry, 'otherwise'),
        '"otherwise" says something, but neither asks again nor says where it goes',
        { expected: 'again with exhausted, or goto: next, or another exit' },
      );
    return compileWay(scope, otherwise, { choices });
  }
  if (leaves(otherwise))
    c.report.add('keys-exclusive', c.tree.keyRange(otherwise, 'again'), '"again" can not stand beside an exit');
  const position = positionOf(c, otherwise, 'again');
  return compileWay(scope, otherwise, {
    choices,
    finish: (layout) => {
      if (otherwise.say === undefined) layout.add(state, position, (resolve) => ({ op: 'repeat', ask: resolve(self) }));
      layout.add(state, position, (resolve) => ({ op: 'wait-again', ask: resolve(self) }));
    },
  });
}

function compileSilence(scope: Scope, step: SourceStep, self: Label, choices: Choices) {
  const entries = step.silence ?? [];
  return entries.map((entry, index) => {
    const at = positionOf(scope.c, entries, index);
    checkSilence(scope.c, entries, index);
    if (entry.within === undefined) return { to: compileWay(scope, entry, { choices }), ...at };
    const withinMs = compileDuration(scope.c, entry, 'within');
    const position = positionOf(scope.c, entry, 'within');
    const finish = (layout: Scope['layout']) => {
      layout.add(scope.state, position, (resolve) => ({ op: 'wait-again', ask: resolve(self), withinMs }));
    };
    return { to: compileWay(scope, entry, { choices, finish }), ...at };
  });
}

function checkSilence(c: Compilation, entries: readonly SourceSilence[], index: number): void {
  const entry = entries[index] ?? {};
  const isLeft = leaves(entry);
  const range = c.tree.keyRange(entries, index);
  if (entry.within !== undefined && isLeft) {
    c.report.add(
      'keys-exclusive',
      c.tree.keyRange(entry, 'within'),
      '"within" waits on, so it can not stand beside an exit',
    );
  } else if (index === entries.length - 1) {
    if (!isLeft)
      c.report.add('silence-open', range, 'the last time-out does not leave the question', {
        expected: 'end: OUTCOME or goto: STEP',
      });
  } else if (entry.within === undefined) {
    const message = isLeft
      ? 'this leaves the question, so what follows never happens'
      : 'this does not say how long to wait for a reply';
    c.report.add('silence-open', range, message, { expected: 'within: a duration' });
  }
}
