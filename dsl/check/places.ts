/** Places of a file, as paths that ajv gives: `/steps/2/ask`. */
import type { Json } from '../json.ts';
import type { Range } from '../parse/source-file.ts';
import type { Container, Key, Tree } from '../parse/tree.ts';

/** `/steps/2/ask` → `"ask"`; an item → `this entry of "steps"`. */
export function nameOf(path: string): string {
  const segments = segmentsOf(path);
  const last = segments.at(-1);
  if (last === undefined) return 'the file';
  if (!/^\d+$/.test(last)) return `"${last}"`;
  return `this entry of "${segments.findLast((segment) => !/^\d+$/.test(segment)) ?? ''}"`;
}

export function segmentsOf(path: string): readonly string[] {
  return path
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function placeAt(root: Json, path: string): { container: Container; key: Key } | undefined {
  const segments = segmentsOf(path);
  const last = segments.at(-1);
  if (last === undefined) return undefined;
  const container = containerAt(root, path.slice(0, path.lastIndexOf('/')));
  if (!container) return undefined;
  return { container, key: Array.isArray(container) ? Number(last) : last };
}

export function valueAt(root: Json, path: string): Json | undefined {
  let value: Json | undefined = root;
  for (const segment of segmentsOf(path)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, Json>>)[segment];
  }
  return value;
}

export function containerAt(root: Json, path: string): Container | undefined {
  const value = valueAt(root, path);
  return typeof value === 'object' && value !== null ? (value as Container) : undefined;
}

export function rangeAt(tree: Tree, path: string): Range {
  const place = placeAt(tree.root, path);
  return place ? tree.valueRange(place.container, place.key) : firstKey(tree.range);
}

/** Where something is missing: the key that needs it, else the key that holds the container. */
export function keyRangeAt(tree: Tree, path: string, key: string | undefined): Range {
  const container = containerAt(tree.root, path);
  if (key !== undefined && container) return tree.keyRange(container, key);
  const place = placeAt(tree.root, path);
  return place ? firstKey(tree.keyRange(place.container, place.key)) : firstKey(tree.range);
}

function firstKey({ start }: Range): Range {
  return { start, end: start + 1 };
}
