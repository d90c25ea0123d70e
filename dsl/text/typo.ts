/** Words with a letter wrong. */

/** Shorter words are too near to one another: `call` and `ball`. */
const MIN_LETTERS = 5;

/** The value of the one word that was meant, where a letter is missing, added, wrong or swapped with its neighbour. */
export function meantBy<Value>(word: string, words: Iterable<readonly [string, Value]>): Value | undefined {
  const meant = new Set<Value>();
  for (const [expected, value] of words) {
    if (isNearTo(expected, word)) meant.add(value);
  }
  const [only, ...more] = meant;
  return more.length === 0 ? only : undefined;
}

/** Whether the word, which must be long enough, may be meant by what somebody wrote: with a letter wrong, or none. */
export function isNearTo(word: string, written: string): boolean {
  return Array.from(word).length >= MIN_LETTERS && isNear(Array.from(written), Array.from(word));
}

/** At a Damerau-Levenshtein distance of 1, or the same. */
function isNear(word: readonly string[], expected: readonly string[]): boolean {
  if (Math.abs(word.length - expected.length) > 1) return false;
  const from = word.findIndex((letter, at) => letter !== expected[at]);
  const at = from < 0 ? word.length : from;
  const rest = (letters: readonly string[], skipped: number) => letters.slice(at + skipped).join('');
  if (rest(word, 1) === rest(expected, 1) || rest(word, 1) === rest(expected, 0) || rest(word, 0) === rest(expected, 1))
    return true;
  return word[at] === expected[at + 1] && word[at + 1] === expected[at] && rest(word, 2) === rest(expected, 2);
}
