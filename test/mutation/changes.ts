/** What can be done to one place of a definition. */
import type { DefinitionTree, Edit, Path, Place } from './tree.ts';

export interface Change {
  readonly edits: readonly Edit[];
  /** What became of it. */
  readonly to?: string;
}

/** The ways in which a place can be changed for the worse. */
export type Mutator = (place: Place, tree: DefinitionTree) => readonly Change[];

export function remove({ path }: Place): readonly Change[] {
  return [removed(path)];
}

export function removed(path: Path): Change {
  return { edits: [{ path, value: undefined }] };
}

export function replace({ path }: Place, value: string | number): Change {
  return { edits: [{ path, value }], to: String(value) };
}

/** The list under another key; the start by `any: true` is no list. */
export function renamed(place: Place, key: string): readonly Change[] {
  const { path, value } = place;
  if (!Array.isArray(value)) return [];
  return [
    {
      edits: [
        { path, value: undefined },
        { path: beside(place, key), value },
      ],
      to: key,
    },
  ];
}

export function beside({ path }: Place, key: string): Path {
  return [...path.slice(0, -1), key];
}

/** The whole entry of a list whose only key this is; else the key alone. */
export function entryOf({ path }: Place): Path {
  return typeof path.at(-2) === 'number' ? path.slice(0, -1) : path;
}

/** What happens on one way happens on the next, and the other way round. */
export function swapWithNext(keys: readonly string[]): Mutator {
  return ({ path }, tree) => {
    const index = Number(path.at(-1));
    const next = [...path.slice(0, -1), index + 1];
    const one = tree.at(path);
    const other = tree.at(next);
    if (!isRecord(one) || !isRecord(other) || 'otherwise' in other) return [];
    const edits = keys.flatMap((key): readonly Edit[] => {
      if (JSON.stringify(one[key]) === JSON.stringify(other[key])) return [];
      return [
        { path: [...path, key], value: other[key] },
        { path: [...next, key], value: one[key] },
      ];
    });
    return edits.length === 0 ? [] : [{ edits }];
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
