/** What starts a conversation: keywords and external event types over all active machines, made once per list. */
import type { Machine } from '../machine/machine.ts';
import type { EventStart, Start } from '../machine/starts.ts';
import { platformWords } from '../text/platform-words.ts';
import type { Machines } from './contract.ts';

export interface Keyword {
  readonly machine: Machine;
  readonly start: Start;
  /** The locale that the word belongs to. */
  readonly locale: string;
}

export interface Trigger {
  readonly machine: Machine;
  readonly start: EventStart;
}

/** The start by any message that nothing else takes. */
export interface Fallback {
  readonly machine: Machine;
  readonly start: Start;
}

interface StartIndex {
  readonly keywords: ReadonlyMap<string, Keyword>;
  /** Words that somebody may have meant to write, with the start that takes them misspelt; empty where none does. */
  readonly spellings: readonly (readonly [string, Start | undefined])[];
  readonly events: ReadonlyMap<string, readonly Trigger[]>;
  readonly fallback: Fallback | undefined;
  /** Some definition counts what is sent to a contact. */
  readonly hasCap: boolean;
}

const indices = new WeakMap<readonly Machine[], StartIndex>();

/** Made anew where `machines.active()` returns another list than before. */
export function startsOf(machines: Machines): StartIndex {
  const active = machines.active();
  const known = indices.get(active);
  if (known) return known;
  const made = indexStarts(active);
  indices.set(active, made);
  return made;
}

function indexStarts(active: readonly Machine[]): StartIndex {
  const keywords = new Map<string, Keyword>();
  const events = new Map<string, Trigger[]>();
  let fallback: Fallback | undefined;
  for (const machine of active) {
    for (const start of machine.starts) {
      if (start.on === 'any') {
        // The first definition by name keeps the fallback; the checker reports a second.
        fallback ??= { machine, start };
        continue;
      }
      // What the platform sends names its start itself.
      if (start.on === 'broadcast' || start.on === 'schedule') continue;
      if (start.on === 'event') {
        events.set(start.type, [...(events.get(start.type) ?? []), { machine, start }]);
        continue;
      }
      for (const locale of machine.locales) {
        // The first definition by name keeps a word; the same word in a later locale of one definition adds nothing.
        for (const word of start.words[locale] ?? [])
          if (!keywords.has(word)) keywords.set(word, { machine, start, locale });
      }
    }
  }
  const hasCap = active.some(({ send }) => send?.cap !== undefined);
  return { keywords, spellings: spellingsOf(active, keywords), events, fallback, hasCap };
}

/** Words of starts that take no typos, and the platform's, may be meant as well: then nothing starts. */
function spellingsOf(active: readonly Machine[], keywords: StartIndex['keywords']): StartIndex['spellings'] {
  const takesTypos = (start: Start): boolean => start.on === 'keyword' && start.typos === true;
  if (![...keywords.values()].some(({ start }) => takesTypos(start))) return [];
  const added = active.flatMap(({ stop, help }) =>
    [stop, help].flatMap((one) => Object.values(one?.words ?? {}).flat()),
  );
  return [
    ...[...keywords].map(([word, { start }]) => [word, takesTypos(start) ? start : undefined] as const),
    ...[...platformWords(), ...added].map((word) => [word, undefined] as const),
  ];
}
