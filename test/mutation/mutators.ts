/** Faults that an author could make: each changes one place of a definition. */
import {
  beside,
  entryOf,
  remove,
  removed,
  renamed,
  replace,
  swapWithNext,
  type Change,
  type Mutator,
} from './changes.ts';
import { DefinitionTree, type Path, type Place } from './tree.ts';

export interface Mutant {
  readonly mutator: string;
  /** In the untouched file. */
  readonly line: number;
  /** Keys and indices, joined by dots; and what stands there now. */
  readonly place: string;
  readonly text: string;
}

/** One for each place that a mutator finds, mutator after mutator, each in the order of the file. */
export function mutantsOf(text: string): readonly Mutant[] {
  const tree = new DefinitionTree(text);
  const places = tree.places();
  return Object.entries(MUTATORS).flatMap(([mutator, find]) =>
    places.flatMap((place) =>
      find(place, tree).map(({ edits, to }): Mutant => {
        const where = place.path.join('.');
        const told = to === undefined ? where : `${where} → ${to}`;
        return { mutator, line: place.line, place: told, text: tree.changed(edits) };
      }),
    ),
  );
}

export const MUTATORS: Readonly<Record<string, Mutator>> = {
  'remove a time-out': onKeys(['within', 'silence'], remove),
  'remove one of several time-outs': onEntriesOf(['silence'], remove),
  'change a duration': onKeys(['within', 'for', 'lifetime', 'per'], (place) =>
    typeof place.value === 'string' ? [replace(place, longer(place.value))] : [],
  ),
  'redirect a goto': onKeys(['goto'], (place, tree) =>
    otherThan(place.value, ['next', ...namesIn(tree, place.path)]).map((name) => replace(place, name)),
  ),
  'end instead of a goto': onKeys(['goto'], (place) => [
    {
      edits: [
        { path: place.path, value: undefined },
        { path: beside(place, 'end'), value: 'mutated' },
      ],
    },
  ]),
  'end with another outcome': onKeys(['end'], (place) => [replace(place, 'mutated')]),
  'drop a handler': onKeys(['failed', 'expired', 'exhausted', 'returned', 'nobody'], remove),
  'drop an otherwise': onKeys(['otherwise'], (place) => [removed(entryOf(place))]),
  'drop an outcome': (place) =>
    place.path.at(-2) === 'outcomes' && isStructure(place.path) ? [removed(place.path)] : [],
  'drop a reply': onEntriesOf(['replies'], remove),
  'drop a case': onEntriesOf(['branch'], remove),
  'drop an anytime': onEntriesOf(['anytime'], remove),
  'drop an awaited event': onEntriesOf(['any', 'all'], remove),
  'any instead of all': onKeys(['all'], (place) => renamed(place, 'any')),
  'all instead of any': onKeys(['any'], (place) => renamed(place, 'all')),
  'tell events by another value': onKeys(['key', 'equals'], (place, tree) =>
    isOfAwaited(place, tree) ? [replace(place, place.path.at(-1) === 'key' ? 'event.id' : 'contact.connector')] : [],
  ),
  'drop a condition on an event': onKeys(['when'], (place, tree) =>
    tree.at(beside(place, 'event')) === undefined ? [] : [removed(place.path)],
  ),
  'drop a start': onEntriesOf(['start'], remove),
  "swap two replies' ways": onEntriesOf(['replies'], swapWithNext(['goto', 'end', 'call', 'say', 'value'])),
  "swap two cases' ways": onEntriesOf(['branch'], swapWithNext(['goto', 'end', 'call', 'say', 'set'])),
  "swap two events' ways": onEntriesOf(['any', 'all'], swapWithNext(['goto', 'end', 'call', 'say', 'set'])),
  'resume or restart': onKeys(['then'], (place) => [replace(place, place.value === 'resume' ? 'restart' : 'resume')]),
  'remove a step': onEntriesOf(['steps'], remove),
  'drop an action': onKeys(['say', 'emit', 'set', 'update', 'call', 'fetch', 'delay', 'listen', 'handoff'], remove),
  'drop a variable': onKeys(['into'], remove),
  'negate a condition': onConditions((condition) => [`!(${condition})`]),
  'move a bound': onConditions(movedBounds),
  'allow one more': onKeys(['again', 'most'], (place) =>
    typeof place.value === 'number' ? [replace(place, place.value + 1)] : [],
  ),
  'drop a placeholder': (place) => (isText(place.path) ? withoutPlaceholders(place) : []),
  'drop a locale': (place, tree) => (isLocale(place, tree) ? [removed(place.path)] : []),
  'drop a field of data': (place) =>
    ['data', 'set', 'with'].includes(String(place.path.at(-2))) && place.path.length > 2 ? [removed(place.path)] : [],
  'drop a rule of sending': (place) =>
    place.path[0] === 'send' && place.path.length <= 2 ? [removed(place.path)] : [],
};

/** Keys below which stand texts, data and declarations, where any word may be a key. */
const CONTENT: ReadonlySet<string> = new Set([
  ...[
    'text',
    'texts',
    'label',
    'match',
    'inputs',
    'vars',
    'with',
    'set',
    'update',
    'returns',
    'map',
    'headers',
    'body',
  ],
]);

function isStructure(path: Path): boolean {
  const isData = path.includes('data') && path[0] !== 'data';
  return !isData && !path.slice(0, -1).some((key) => CONTENT.has(String(key)));
}

function onKeys(names: readonly string[], mutate: Mutator): Mutator {
  return (place, tree) =>
    names.includes(String(place.path.at(-1))) && isStructure(place.path) ? mutate(place, tree) : [];
}

/** Every entry of these lists. */
function onEntriesOf(names: readonly string[], mutate: Mutator): Mutator {
  return (place, tree) => {
    const [list, index] = place.path.slice(-2);
    const isEntry = typeof index === 'number' && names.includes(String(list));
    return isEntry && isStructure(place.path) ? mutate(place, tree) : [];
  };
}

function onConditions(change: (condition: string) => readonly string[]): Mutator {
  return onKeys(['when', 'while', 'check'], (place) =>
    typeof place.value === 'string' ? change(place.value).map((condition) => replace(place, condition)) : [],
  );
}

/** Of an event that is waited for; a start may have a `key` too. */
function isOfAwaited(place: Place, tree: DefinitionTree): boolean {
  return tree.at(beside(place, 'equals')) !== undefined;
}

/** A day more. */
function longer(duration: string): string {
  return /^\d+d/.test(duration) ? duration.replace(/^\d+/, (days) => String(Number(days) + 1)) : `1d${duration}`;
}

/** Steps that the flow of a place names. */
function namesIn(tree: DefinitionTree, [root, snippet]: Path): readonly string[] {
  const flow = root === 'snippets' && snippet !== undefined ? tree.at([root, snippet]) : tree.at([]);
  const names: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      if ('step' in value && typeof value.step === 'string') names.push(value.step);
      if ('repeat' in value && typeof value.repeat === 'object' && value.repeat !== null && 'steps' in value.repeat)
        visit(value.repeat.steps);
    }
  };
  if (typeof flow === 'object' && flow !== null && 'steps' in flow) visit(flow.steps);
  return names;
}

/** Two others at most: those that follow in the list. */
function otherThan(value: unknown, names: readonly string[]): readonly string[] {
  const at = names.indexOf(String(value));
  const following = [...names.slice(at + 1), ...names.slice(0, Math.max(0, at))];
  return following.slice(0, 2);
}

const MOVED: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '==' };

function movedBounds(condition: string): readonly string[] {
  return [...condition.matchAll(/(?<=\s)(?:[<>]=?|[!=]=)(?=\s)/g)].map(
    ({ 0: operator, index }) =>
      condition.slice(0, index) + (MOVED[operator] ?? operator) + condition.slice(index + operator.length),
  );
}

function withoutPlaceholders(place: Place): readonly Change[] {
  const { value } = place;
  if (typeof value !== 'string') return [];
  return [...value.matchAll(/\$\{[^}]*\}+/g)].map(({ 0: placeholder, index }) => ({
    ...replace(place, value.slice(0, index) + value.slice(index + placeholder.length)),
    to: `without ${placeholder}`,
  }));
}

const SPOKEN: ReadonlySet<string> = new Set(['say', 'ask', 'text', 'texts', 'label', 'subject', 'html']);

function isText(path: Path): boolean {
  return path.some((key) => SPOKEN.has(String(key))) && !path.includes('with') && !path.includes('set');
}

/** One language of a text, label or list of words. */
function isLocale({ path }: Place, tree: DefinitionTree): boolean {
  const locales = tree.at(['locales']);
  return path.length > 1 && Array.isArray(locales) && locales.includes(path.at(-1)) && path[0] !== 'locales';
}
