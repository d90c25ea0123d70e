import type { Event } from '../../../channels/event.ts';
import { cloudEventOf } from '../../store/stored-event.ts';
import { conditionOf } from '../events/event-filter.ts';
import { readEvents } from '../events/read-events.ts';
import type { StoreAccess } from '../store-access.ts';
import type { ReplayPlan } from './plan.ts';
import type { SourcePlace } from './replay-state.ts';

export interface ReplayItem {
  readonly event: Event;
  /** When it happened, by which the gaps are kept. */
  readonly atMs: number;
  readonly place: SourcePlace;
}

export interface ReplaySource {
  /** Undefined where only reading tells. */
  count(): Promise<number | undefined>;
  /** In order, a page at a time; of what comes after the place. */
  read(after: SourcePlace | null): AsyncIterable<readonly ReplayItem[]>;
  close(): Promise<void>;
}

export function storeSource(store: StoreAccess, plan: ReplayPlan): ReplaySource {
  const { types, contact, correlation } = plan;
  const condition = conditionOf({ type: types, contact, conversation: correlation });
  const range = { condition, from: new Date(plan.from), to: new Date(plan.to) };
  return {
    count: async () => {
      const sql = `SELECT uniqExact(time, source, sequence, id) AS events FROM events
        WHERE time >= {from:DateTime64(3, 'UTC')} AND time <= {to:DateTime64(3, 'UTC')} AND ${condition.sql}`;
      const given = { ...condition.parameters, from: range.from, to: range.to };
      return (await store.rows<{ readonly events: number }>(sql, given))[0]?.events ?? 0;
    },
    read: async function* (after) {
      const begin = after?.kind === 'store' ? after.after : undefined;
      for await (const rows of readEvents(store, { ...range, after: begin })) {
        yield rows.map((row) => {
          const { time, source, sequence, id } = row;
          const place = { kind: 'store', after: { time, source, sequence, id } } as const;
          return { event: cloudEventOf(row), atMs: Date.parse(time), place };
        });
      }
    },
    close: () => store.close(),
  };
}
