/** Rows that get lost, doubled, or are left of what the broker has deleted: what `parlance store check` is for. */
import { compareMessageIds, type MessageId } from '../../runtime/broker/message-id.ts';
import type { Store } from '../../runtime/store/port.ts';

type Table = 'events' | 'steps' | 'definitions';

interface Victim {
  readonly position: MessageId;
  readonly topic: string;
}

/** Of one tenant, on one store that no platform has open. */
export class StoreDamage {
  readonly #store: Store;
  readonly #tenant: string;

  constructor(store: Store, tenant: string) {
    this.#store = store;
    this.#tenant = tenant;
  }

  /** A merge would make one of two rows with the same sort key: from now on there is none but those asked for. */
  async stopMerges(): Promise<void> {
    for (const table of ['events', 'steps']) {
      await this.#store.command(
        `ALTER TABLE parlance.${table} MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_bytes_to_merge_at_min_space_in_pool = 1`,
      );
    }
  }

  /** Everything that the tenant's rows say, but for which batch stored them. */
  async contents(): Promise<readonly string[]> {
    const parts = await Promise.all(
      (['events', 'steps', 'definitions'] as const).map(async (table) => {
        const rows = await this.#store.query(
          `SELECT * EXCEPT batch FROM parlance.${table} WHERE tenant = '${this.#tenant}'`,
        );
        return rows.map((row) => `${table} ${JSON.stringify(row)}`);
      }),
    );
    return parts.flat().sort();
  }

  /** Of a partition of a channel, of the journal, or of the machines: oldest first. */
  async rows(of: string, partition = 0): Promise<readonly Victim[]> {
    const [table, topic] = placeOf(of);
    const where = `tenant = '${this.#tenant}'${conditionOf(table, of, partition)}`;
    const rows = await this.#store.query(`SELECT DISTINCT position FROM parlance.${table} WHERE ${where}`);
    return rows
      .map((row) => ({ position: String(row['position']) as MessageId, topic: `${topic}-partition-${partition}` }))
      .sort((one, other) => compareMessageIds(one.position, other.position));
  }

  async lose(of: string, partition: number, { position }: Victim): Promise<void> {
    const [table] = placeOf(of);
    const where = `tenant = '${this.#tenant}' AND position = '${position}'${conditionOf(table, of, partition)}`;
    await this.#store.command(`ALTER TABLE parlance.${table} DELETE WHERE ${where} SETTINGS mutations_sync = 2`);
  }

  async double(of: string, partition: number, { position }: Victim): Promise<void> {
    const [table] = placeOf(of);
    const where = `tenant = '${this.#tenant}' AND position = '${position}'${conditionOf(table, of, partition)}`;
    await this.#store.command(`INSERT INTO parlance.${table} SELECT * FROM parlance.${table} WHERE ${where}`);
  }
}

function placeOf(of: string): readonly [Table, topic: string] {
  if (of === 'journal') return ['steps', 'engine/journal'];
  return of === 'machines' ? ['definitions', 'engine/machines'] : ['events', `${of}/events`];
}

function conditionOf(table: Table, of: string, partition: number): string {
  if (table === 'definitions') return '';
  return `${table === 'events' ? ` AND channel = '${of}'` : ''} AND partition = ${partition}`;
}
