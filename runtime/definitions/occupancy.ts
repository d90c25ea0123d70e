/** What the store tells of conversations that are to be moved, and of those that were asked to. */
import type { MachineHash, TenantName } from '../../channels/brands.ts';
import type { EventData } from '../../channels/generated/events.ts';
import type { Store } from '../store/port.ts';
import { quoteName } from '../store/quote.ts';
import { tenantDatabase } from '../store/views.ts';

export interface Occupant {
  readonly conversation: string;
  readonly contact: string;
  /** In which it waits. */
  readonly state: string;
}

export interface Outcome {
  readonly type: 'conversation.migrated' | 'conversation.migration-refused';
  readonly code: string;
  readonly reason: string;
  readonly conversations: number;
}

export type Tried = EventData['conversation.migration-tried'] & { readonly conversation: string };

export class Occupancy {
  readonly #store: Pick<Store, 'query' | 'database'>;
  readonly #database: string;

  constructor(store: Pick<Store, 'query' | 'database'>, tenant: TenantName) {
    this.#store = store;
    this.#database = quoteName(tenantDatabase(store.database, tenant));
  }

  /** Every conversation under way on a machine. */
  async on(machine: MachineHash): Promise<readonly Occupant[]> {
    const rows = await this.#store.query(
      `SELECT conversation, contact, state FROM ${this.#database}.conversations
       WHERE machine = {machine:String} AND ended IS NULL ORDER BY conversation`,
      { machine },
    );
    return rows.map(({ conversation, contact, state }) => ({
      conversation: String(conversation),
      contact: String(contact),
      state: String(state),
    }));
  }

  /** What those said that were asked because of an event. */
  async tried(cause: string): Promise<readonly Tried[]> {
    const rows = await this.#store.query(
      `SELECT conversation, data FROM ${this.#database}.events
       WHERE type = 'conversation.migration-tried' AND ${this.#because()}`,
      { cause },
    );
    return rows.map(({ conversation, data }) => ({
      ...(JSON.parse(String(data)) as EventData['conversation.migration-tried']),
      conversation: String(conversation),
    }));
  }

  /** The event by which a migration began; undefined where the store does not have it. */
  async requested(id: string): Promise<EventData['definition.migration-requested'] | undefined> {
    const [row] = await this.#store.query(
      `SELECT data FROM ${this.#database}.events WHERE id = {id:String} AND type = 'definition.migration-requested' LIMIT 1`,
      { id },
    );
    return row && (JSON.parse(String(row['data'])) as EventData['definition.migration-requested']);
  }

  async outcomes(cause: string): Promise<readonly Outcome[]> {
    const rows = await this.#store.query(
      `SELECT type, JSONExtractString(data, 'code') AS code, any(JSONExtractString(data, 'reason')) AS reason,
              uniqExact(conversation) AS conversations
       FROM ${this.#database}.events
       WHERE type IN ('conversation.migrated', 'conversation.migration-refused') AND ${this.#because()}
       GROUP BY type, code ORDER BY type, code`,
      { cause },
    );
    return rows.map(({ type, code, reason, conversations }) => ({
      type: String(type) as Outcome['type'],
      code: String(code),
      reason: String(reason),
      conversations: Number(conversations),
    }));
  }

  #because(): string {
    return `causation IN (SELECT id FROM ${this.#database}.events
      WHERE type = 'conversation.migration-requested' AND causation = {cause:String})`;
  }
}
