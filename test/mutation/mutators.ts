/** Faults that an author could make: each changes one place of a definition, read from its YAML. */
import { parse, stringify } from 'yaml';

export interface Mutant {
  readonly mutator: string;
  /** Where: keys and indices, joined by dots. */
  readonly place: string;
  readonly text: string;
}

type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
type Fields = { [key: string]: Value };
type Path = readonly (string | number)[];

/** Changes a fresh copy of the definition at a place; false where there is nothing to change. */
interface Change {
  readonly path: Path;
  readonly apply: (root: Fields) => boolean;
}

type Mutator = (value: Value, path: Path, root: Fields) => readonly Change[];

/** One for each place that a mutator finds, in the order of the file. */
export function mutantsOf(text: string): readonly Mutant[] {
  return Object.entries(MUTATORS).flatMap(([mutator, find]) =>
    changesIn(parse(text) as Fields, find).flatMap(({ path, apply }): readonly Mutant[] => {
      const root = parse(text) as Fields;
      return apply(root) ? [{ mutator, place: path.join('.'), text: stringify(root) }] : [];
    }),
  );
}

export const MUTATORS: Readonly<Record<string, Mutator>> = {
  'delete a step': (value, path) => (path.at(-1) === 'steps' && isList(value) ? removals(value, path) : []),
  "remove a time-out's entry": (value, path) =>
    path.at(-1) === 'silence' && isList(value) ? removals(value, path) : [],
  'remove a time-out': keys(['within', 'silence'], remove),
  'lengthen a time-out': keys(['within', 'for', 'until'], replaced(longer)),
  'remove an otherwise': (value, path) =>
    isFields(value) && 'otherwise' in value ? [{ path, apply: (root) => removeAt(root, path) }] : [],
  'drop a reply': (value, path) => (path.at(-1) === 'replies' && isList(value) ? removals(value, path) : []),
  'drop a handler': keys(['failed', 'expired', 'anytime', 'exhausted', 'outcomes'], remove),
  'drop an action': keys(['say', 'emit', 'set'], remove),
  'redirect an edge': keys(['goto'], (root, path, value) => {
    const names = namesIn(root);
    const other = names[(names.indexOf(String(value)) + 1) % names.length];
    return other !== undefined && other !== value && put(root, path, other);
  }),
  'end instead of going on': keys(['goto'], (root, path) => {
    const parent = at(root, path.slice(0, -1));
    if (!isFields(parent)) return false;
    delete parent['goto'];
    parent['end'] = 'mutated';
    return true;
  }),
  'end otherwise': keys(
    ['end'],
    replaced(() => 'mutated'),
  ),
  'swap branches': (value, path) =>
    ['branch', 'replies'].includes(String(path.at(-1))) && isList(value)
      ? value.slice(1).map((_, index) => ({
          path: [...path, index],
          apply: (root) => swapExits(at(root, [...path, index]), at(root, [...path, index + 1])),
        }))
      : [],
  'negate a condition': keys(
    ['when', 'while', 'check'],
    replaced((value) => `!(${String(value)})`),
  ),
  'allow more tries': keys(
    ['again', 'most'],
    replaced((value) => Number(value) + 1),
  ),
};

function changesIn(root: Fields, find: Mutator): readonly Change[] {
  const changes: Change[] = [];
  const visit = (value: Value, path: Path): void => {
    changes.push(...find(value, path, root));
    if (isList(value)) value.forEach((item, index) => visit(item, [...path, index]));
    else if (isFields(value)) for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
  };
  visit(root, []);
  return changes;
}

/** Every value of these keys that is not part of a text or of data. */
function keys(names: readonly string[], apply: (root: Fields, path: Path, value: Value) => boolean): Mutator {
  return (value, path) =>
    names.includes(String(path.at(-1))) && !path.some((key) => DATA.has(String(key)))
      ? [{ path, apply: (root) => apply(root, path, value) }]
      : [];
}

const DATA: ReadonlySet<string> = new Set(['text', 'texts', 'label', 'match', 'inputs', 'vars']);

function removals(list: readonly Value[], path: Path): readonly Change[] {
  return list.map((_, index) => ({ path: [...path, index], apply: (root) => removeAt(root, [...path, index]) }));
}

function remove(root: Fields, path: Path): boolean {
  return removeAt(root, path);
}

function removeAt(root: Fields, path: Path): boolean {
  const parent = at(root, path.slice(0, -1));
  const key = path.at(-1);
  if (isList(parent)) parent.splice(Number(key), 1);
  else if (isFields(parent)) delete parent[String(key)];
  else return false;
  return true;
}

function replaced(change: (value: Value) => Value) {
  return (root: Fields, path: Path, value: Value): boolean => put(root, path, change(value));
}

function put(root: Fields, path: Path, value: Value): boolean {
  const parent = at(root, path.slice(0, -1));
  const key = path.at(-1);
  if (!isFields(parent) || key === undefined || parent[key] === value) return false;
  parent[key] = value;
  return true;
}

/** Twice as long and a day. */
function longer(value: Value): Value {
  const text = String(value);
  return /^\d/.test(text) ? `30d${text}` : `(${text}) + duration('24h')`;
}

/** Where each of the two leads, exchanged. */
function swapExits(one: Value | undefined, other: Value | undefined): boolean {
  if (!isFields(one) || !isFields(other) || 'otherwise' in other) return false;
  const before = exitOf(one);
  const after = exitOf(other);
  if (JSON.stringify(before) === JSON.stringify(after)) return false;
  for (const key of EXITS) {
    delete one[key];
    delete other[key];
  }
  Object.assign(one, after);
  Object.assign(other, before);
  return true;
}

const EXITS = ['goto', 'end'] as const;

function exitOf(way: Fields): Fields {
  return Object.fromEntries(EXITS.flatMap((key) => (way[key] === undefined ? [] : [[key, way[key]]])));
}

function namesIn(root: Fields): readonly string[] {
  const names: string[] = [];
  changesIn(root, (value, path) => {
    if (path.at(-1) === 'step' && typeof value === 'string') names.push(value);
    return [];
  });
  return names;
}

function at(root: Value, path: Path): Value | undefined {
  return path.reduce<Value | undefined>((value, key) => {
    if (isList(value)) return value[Number(key)];
    return isFields(value) ? value[key] : undefined;
  }, root);
}

function isList(value: Value | undefined): value is Value[] {
  return Array.isArray(value);
}

function isFields(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
