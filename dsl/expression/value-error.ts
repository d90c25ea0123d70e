import type { Json } from '../json.ts';

/** A value that does not have its declared type. The message is for the author: `"x" is no time`. */
export class ValueError extends Error {}

export function mismatch(name: string, expected: string, json: Json): ValueError {
  const shown = JSON.stringify(json);
  return new ValueError(`${name} is ${shown.length > 60 ? `${shown.slice(0, 57)}…` : shown}, not ${expected}`);
}
