/** Patterns of authors, on an engine whose time is linear in the text: nobody stops a worker with a reply. */
import { RE2JS } from 're2js';
import { Cache } from './cache.ts';

const compiled = new Cache((pattern) => RE2JS.compile(pattern));

/** What is wrong with it; undefined where nothing is. */
export function patternProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.replace(/^error parsing regexp: /, '');
  }
}

/** Whether the whole text is as the pattern says. Throws where the pattern is none. */
export function fitsPattern(pattern: string, text: string): boolean {
  return compiled.of(pattern).matches(text);
}

/** Whether it occurs in the text: what `matches` asks in expressions. Throws where the pattern is none. */
export function findsPattern(pattern: string, text: string): boolean {
  return compiled.of(pattern).matcher(text).find();
}
