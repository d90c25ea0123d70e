import { BroadcastError } from './errors.ts';

const PLACES = ['address', 'phone', 'email', 'locale', 'zone'] as const;

type Place = (typeof PLACES)[number];

/** What stands in which column, by its index. */
export interface Columns {
  readonly count: number;
  readonly places: { readonly [Name in Place]?: number };
  readonly inputs: Readonly<Record<string, number>>;
  readonly ignored: readonly string[];
}

/** Names count whatever their case. A column `phone` also fills an input `phone`. Throws `audience-unreadable`. */
export function readColumns(heading: readonly string[], inputs: readonly string[]): Columns {
  const names = heading.map((name) => name.toLowerCase());
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) < index);
  if (twice !== undefined) throw unreadable(`column "${twice}" is there twice`);
  const indexOf = (name: string): number | undefined => {
    const index = names.indexOf(name.toLowerCase());
    return index < 0 ? undefined : index;
  };
  const places = found(PLACES, indexOf);
  if (places.address === undefined && places.phone === undefined && places.email === undefined) {
    throw unreadable(`no column says where people are reached: name one phone, email or address`);
  }
  const known = new Set<string>([...PLACES, ...inputs.map((name) => name.toLowerCase())]);
  const ignored = heading.filter((name) => name !== '' && !known.has(name.toLowerCase()));
  return { count: heading.length, places, inputs: found(inputs, indexOf), ignored };
}

function found<Name extends string>(
  names: readonly Name[],
  indexOf: (name: string) => number | undefined,
): { readonly [Key in Name]?: number } & Readonly<Record<string, number>> {
  const entries = names.map((name) => [name, indexOf(name)] as const).filter(([, index]) => index !== undefined);
  return Object.fromEntries(entries) as { readonly [Key in Name]?: number } & Readonly<Record<string, number>>;
}

function unreadable(reason: string): BroadcastError {
  return new BroadcastError('audience-unreadable', reason);
}
