/** `send`, `stop` and `help`: what holds for all messages of a definition. */
import { MAX_CAP_PERIOD_MS } from '../limits.ts';
import type { Text } from '../machine/expressions.ts';
import type { Machine, PlatformAddition } from '../machine/machine.ts';
import type { SendCap, SendPolicy, SendWindow } from '../machine/send-policy.ts';
import type { SourcePlatformAddition, SourceSend } from '../schema/source.ts';
import { parseTimeOfDay } from '../text/local-time.ts';
import type { Compilation } from './compilation.ts';
import { compileDays } from './daily-time.ts';
import { compileDuration } from './durations.ts';
import { compileText } from './texts.ts';
import { compileWords } from './words.ts';

export function compileSending(c: Compilation): Pick<Machine, 'send' | 'stop' | 'help'> {
  const { send: own, stop, help } = c.source;
  const send = own ? compileSend(c, own) : c.project.send;
  return {
    ...(send ? { send } : {}),
    ...(stop ? { stop: compileAddition(c, stop) } : {}),
    ...(help ? { help: compileAddition(c, help) } : {}),
  };
}

export function compileSend(
  c: Pick<Compilation, 'report' | 'tree'>,
  { window, cap, 'except-replies': exceptReplies = true }: SourceSend,
): SendPolicy {
  return {
    ...(window ? { window: compileWindow(c, window) } : {}),
    ...(cap ? { cap: compileCap(c, cap) } : {}),
    exceptReplies,
  };
}

function compileWindow(c: Pick<Compilation, 'report' | 'tree'>, window: NonNullable<SourceSend['window']>): SendWindow {
  const { from, to, otherwise } = window;
  const times = { from: parseTimeOfDay(from) ?? 0, to: parseTimeOfDay(to) ?? 0 };
  return { ...times, ...compileDays(c, window), otherwise };
}

function compileCap(c: Pick<Compilation, 'report' | 'tree'>, cap: NonNullable<SourceSend['cap']>): SendCap {
  const perMs = compileDuration(c, cap, 'per');
  if (perMs > MAX_CAP_PERIOD_MS)
    c.report.add('duration-invalid', c.tree.valueRange(cap, 'per'), `${cap.per} is longer than 31d`, {
      expected: 'a period of at most 31d',
    });
  return { most: cap.most, perMs, otherwise: cap.otherwise };
}

function compileAddition(c: Compilation, addition: SourcePlatformAddition): PlatformAddition {
  const words: Record<string, string[]> = {};
  for (const { locale, folded } of compileWords(c, addition, 'words')) (words[locale] ??= []).push(folded);
  if (addition.text === undefined) return { words };
  const text = compileText(c, addition, 'text');
  if (!isPlain(text))
    c.report.add('wrong-value', c.tree.valueRange(addition, 'text'), 'this text can have no expressions', {
      expected: 'a text without ${…}: no conversation need be under way when it is said',
    });
  return { words, text };
}

function isPlain(text: Text): boolean {
  return Object.values(text).every((parts) => parts.every((part) => typeof part === 'string'));
}
