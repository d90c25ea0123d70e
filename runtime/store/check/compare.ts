/** Pure: the messages of a stretch of a topic against the rows that the store has of it. */
import type { MessageId } from '../../broker/message-id.ts';
import type { Expectation } from './expectation.ts';

/** As the store has it. */
export interface StoredRow {
  readonly table: string;
  readonly position: string;
  /** What it says that it is: see `identityOf`. */
  readonly identity: string;
}

export type Difference =
  | { readonly kind: 'missing'; readonly position: MessageId; readonly identity: string }
  | { readonly kind: 'doubled'; readonly position: string; readonly table: string; readonly rows: number }
  | { readonly kind: 'different'; readonly position: string; readonly identity: string; readonly stored: string }
  /** Of a message that adds no row: whether it is too much depends on what else the store has. */
  | { readonly kind: 'unasked'; readonly position: string; readonly table: string; readonly identity: string }
  | { readonly kind: 'stray'; readonly position: string; readonly identity: string };

/** `stored`: every row whose position lies between the first and the last of `positions`, in any order. */
export function compareStretch(
  { positions, expected }: Pick<Expectation, 'positions' | 'expected'>,
  stored: readonly StoredRow[],
): readonly Difference[] {
  const byPosition = grouped(stored, ({ position }) => position);
  const differences: Difference[] = [];
  for (const position of positions) {
    const rows = byPosition.get(position) ?? [];
    byPosition.delete(position);
    const wanted = expected.get(position);
    differences.push(...(wanted ? compareRows(position, wanted, rows) : unasked(rows)));
  }
  for (const [position, [row]] of byPosition) {
    if (row) differences.push({ kind: 'stray', position, identity: row.identity });
  }
  return differences;
}

function compareRows(
  position: MessageId,
  wanted: { readonly table: string; readonly identity: string },
  rows: readonly StoredRow[],
): readonly Difference[] {
  const { table, identity } = wanted;
  const right = rows.filter((row) => row.table === table && row.identity === identity);
  const wrong = rows.find((row) => !right.includes(row));
  return [
    ...(rows.length === 0 ? [{ kind: 'missing' as const, position, identity }] : []),
    ...(right.length > 1 ? [{ kind: 'doubled' as const, position, table, rows: right.length }] : []),
    ...(wrong ? [{ kind: 'different' as const, position, identity, stored: wrong.identity }] : []),
  ];
}

function unasked(rows: readonly StoredRow[]): readonly Difference[] {
  return [...new Map(rows.map((row) => [row.identity, row])).values()].map((row) => ({ kind: 'unasked', ...row }));
}

export function grouped<Item>(items: readonly Item[], nameOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const name = nameOf(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
