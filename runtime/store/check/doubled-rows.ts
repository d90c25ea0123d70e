/**
 * Doubled rows that no message tells of: those of deleted messages, and those that went when the rows of another topic, in the
 * same month, were merged. They are looked for before anything is repaired, and named after everything was.
 */
import { compareMessageIds, type MessageId } from '../../broker/message-id.ts';
import { StoreError } from '../errors.ts';
import { describeIdentity } from './expectation.ts';
import type { Finding, TopicReport } from './finding.ts';
import type { Doubled, StoredRows } from './stored-rows.ts';

/** Of a topic. */
const LOOKED_FOR = 1000;

export function doubledUpTo(rows: StoredRows, mark: MessageId | undefined): Promise<readonly Doubled[]> {
  return mark === undefined ? Promise.resolve([]) : rows.doubled({ upTo: mark }, LOOKED_FOR);
}

export interface DoubledBefore {
  readonly rows: StoredRows;
  readonly mark: MessageId | undefined;
  /** What `doubledUpTo` gave before the check. */
  readonly doubled: readonly Doubled[];
}

/** What the check of the topic has not named. With `isRepair`, equal rows of deleted messages are merged first. */
export async function otherDoubled(
  { rows, mark, doubled }: DoubledBefore,
  { topic, firstKept, findings }: TopicReport,
  isRepair: boolean,
): Promise<readonly Finding[]> {
  const named = new Set(findings.map(({ position }) => position));
  const others = doubled.filter(({ positions }) => !positions.some((position) => named.has(position)));
  // Of a topic that could not be read, nobody knows what is deleted.
  const isUnread = firstKept === undefined && findings.some(({ kind }) => kind === 'unread');
  const isOld = ({ positions: [first] }: Doubled): boolean =>
    !isUnread && first !== undefined && (firstKept === undefined || compareMessageIds(first, firstKept) < 0);
  if (others.length === 0) return [];
  const refusal = isRepair ? await merge(rows, others.filter(isOld)) : undefined;
  const still = new Set((isRepair ? await doubledUpTo(rows, mark) : others).map(nameOf));
  return others.flatMap((row): readonly Finding[] => {
    const [position = ''] = row.positions;
    const detail = `${row.rows} rows for what was stated once`;
    const finding = { kind: 'doubled' as const, topic, position, ...describeIdentity(row.identity), detail };
    if (!still.has(nameOf(row))) return [{ ...finding, repaired: true }];
    // Where the messages are kept, the check itself has told what is wrong.
    if (!isOld(row)) return [];
    const old = { ...finding, detail: `${detail}; the message is deleted` };
    if (!isRepair) return [old];
    const why = 'which row is right: the broker has deleted the messages, by which it could be told';
    return [{ ...old, unrepairable: refusal ?? why }];
  });
}

/** Of rows with one sort key, ClickHouse leaves one at some time in any case. Resolves with why it could not now. */
async function merge(rows: StoredRows, doubled: readonly Doubled[]): Promise<string | undefined> {
  try {
    for (const table of rows.tables) {
      const positions = doubled.filter((row) => row.table === table).flatMap((row) => row.positions);
      if (positions.length > 0) await rows.mergePartitionsOf(table, positions);
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'sql-failed')) throw error;
    return error.message;
  }
}

function nameOf({ table, identity, positions: [first] }: Doubled): string {
  return `${table} ${identity} ${first ?? ''}`;
}
