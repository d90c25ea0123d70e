/** Other words for the same: replaces texts wherever they stand in values. */
import type { Json } from '../json.ts';

export type Rename = (text: string) => string;

/** Longer texts first, and only where no letter or digit goes on. */
export function renamer(pairs: readonly (readonly [from: string, to: string])[]): Rename {
  const longestFirst = [...pairs].sort(([one], [other]) => other.length - one.length);
  const escaped = longestFirst.map(([from]) => from.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  if (escaped.length === 0) return (text) => text;
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`, 'gu');
  const to = new Map(pairs);
  return (text) => text.replaceAll(pattern, (found) => to.get(found) ?? found);
}

/** All texts in a value; its keys stay. */
export function renamed(value: Json, rename: Rename): Json {
  if (typeof value === 'string') return rename(value);
  if (Array.isArray(value)) return value.map((item: Json) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, renamed(member, rename)]));
}

/** As people write an address. The id of a web chat alone may be any word, and is none. */
export function writtenForms(address: string): readonly string[] {
  const bare = /^(?:tel|mailto):(.*)$/.exec(address)?.[1];
  return bare === undefined ? [address] : [address, bare];
}
