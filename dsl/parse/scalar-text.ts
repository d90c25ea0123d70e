import type { Scalar } from 'yaml';
import type { Range, SourceFile } from './source-file.ts';
import { rangeOf } from './tree.ts';

/** Offset in the file of each character of a scalar's value, so that an error inside a text points into the text. */
export function offsetsOf(node: Scalar, source: SourceFile, value: string): (index: number) => number {
  const range = rangeOf(node);
  if (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE')
    return quotedOffsets(source.text, range, node.type === 'QUOTE_DOUBLE', value);
  if (node.type === 'PLAIN') {
    const isOneLine = source.text.slice(range.start, range.end) === value;
    return isOneLine ? (index) => range.start + index : searching(source.text, range, value);
  }
  return searching(source.text, range, value);
}

function quotedOffsets(text: string, range: Range, isDouble: boolean, value: string): (index: number) => number {
  const offsets: number[] = [];
  let at = range.start + 1;
  while (at < range.end - 1 && offsets.length < value.length) {
    if (text[at] === '\n') return searching(text, range, value);
    const length = isDouble ? escapeLength(text, at) : text.startsWith("''", at) ? 2 : 1;
    offsets.push(at);
    // An escaped character beyond the basic plane has two units in the value.
    if (length === 10 && (value.codePointAt(offsets.length - 1) ?? 0) > 0xffff) offsets.push(at);
    at += length;
  }
  return (index) => offsets[index] ?? at;
}

function escapeLength(text: string, at: number): number {
  if (text[at] !== '\\') return 1;
  return { x: 4, u: 6, U: 10 }[text[at + 1] ?? ''] ?? 2;
}

/** Where lines are folded or dedented: each word of the value is looked up in turn in the source. */
function searching(text: string, range: Range, value: string): (index: number) => number {
  return (index) => {
    let at = range.start;
    for (const match of value.slice(0, index + 1).matchAll(/\S+/g)) {
      const found = text.indexOf(match[0], at);
      if (found < 0 || found > range.end) return range.start;
      if (match.index + match[0].length > index) return found + (index - match.index);
      at = found + match[0].length;
    }
    return at;
  };
}
