/** What a person looks at, of so many stops, and the number that they are typing after `g`. */
export interface Browsing {
  /** From 0. */
  readonly at: number;
  readonly of: number;
  readonly typed: string | undefined;
}

/** As `node:readline` tells of it. */
export interface Key {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
}

export const HELP = '→ n next   ← p back   Home End first, last   g NUMBER Enter go to   q quit';

/** What is looked at after a key. */
export function press(browsing: Browsing, key: Key): Browsing | 'quit' {
  const { name, sequence = '', ctrl = false } = key;
  if (ctrl) return name === 'c' || name === 'd' ? 'quit' : browsing;
  if (browsing.typed !== undefined) return type(browsing, browsing.typed, name, sequence);
  switch (name ?? '') {
    case 'q':
    case 'escape':
      return 'quit';
    case 'right':
    case 'down':
    case 'n':
    case 'space':
    case 'return':
      return goTo(browsing, browsing.at + 1);
    case 'left':
    case 'up':
    case 'p':
    case 'backspace':
      return goTo(browsing, browsing.at - 1);
    case 'home':
      return goTo(browsing, 0);
    case 'end':
      return goTo(browsing, browsing.of - 1);
    case 'g':
      return { ...browsing, typed: '' };
    default:
      return browsing;
  }
}

function type(browsing: Browsing, typed: string, name: string | undefined, sequence: string): Browsing {
  if (/^\d$/.test(sequence)) return { ...browsing, typed: typed + sequence };
  if (name === 'backspace') return { ...browsing, typed: typed.slice(0, -1) };
  if (name === 'return' && typed !== '') return goTo(browsing, Number(typed) - 1);
  return { ...browsing, typed: undefined };
}

/** The nearest that there is. */
function goTo(browsing: Browsing, at: number): Browsing {
  return { ...browsing, at: Math.max(0, Math.min(browsing.of - 1, at)), typed: undefined };
}
