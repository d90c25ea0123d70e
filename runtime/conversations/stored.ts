/** What the store knows of conversations: as far as the sink has come, which it says. */
import type { TenantName } from '../../channels/brands.ts';
import { quoteName } from '../store/quote.ts';
import type { Store } from '../store/port.ts';
import { tenantDatabase } from '../store/views.ts';

/** Why a conversation rests. */
export interface ParkedCause {
  readonly at: string;
  readonly code: string;
  readonly reason: string;
  /** Id of the event that stopped it, or the deadline. */
  readonly input: string;
}

/** A conversation as it is now; times are RFC 3339. */
export interface StoredConversation {
  readonly conversation: string;
  readonly contact: string;
  readonly definition: string;
  readonly version: string;
  readonly connector: string;
  readonly status: string;
  readonly state: string;
  /** Absent where its beginning is not stored. */
  readonly started?: string;
  readonly lastEvent: string;
  readonly ended?: string;
  readonly parked?: ParkedCause;
}

export interface StoredEvent {
  readonly time: string;
  readonly type: string;
  readonly id: string;
  readonly data: unknown;
}

export interface ConversationFilter {
  readonly parked: boolean;
  readonly definition: string | undefined;
  readonly limit: number;
}

type Reader = Pick<Store, 'query' | 'database'>;
type Row = Readonly<Record<string, unknown>>;

const COLUMNS = `conversation, contact, definition, version, connector, status, state,
  toString(started) AS startedAt, toString(ended) AS endedAt, toString(last_event) AS lastEventAt`;

export class StoredConversations {
  readonly #store: Reader;
  readonly #database: string;

  constructor(store: Reader, tenant: TenantName) {
    this.#store = store;
    this.#database = quoteName(tenantDatabase(store.database, tenant));
  }

  /** Those under way, the newest first. */
  async open({ parked, definition, limit }: ConversationFilter): Promise<readonly StoredConversation[]> {
    const everParked = `SELECT conversation FROM ${this.#database}.events WHERE type = 'conversation.parked'`;
    const rows = await this.#store.query(
      `SELECT ${COLUMNS} FROM ${this.#database}.conversations
       WHERE ended IS NULL AND definition != ''
       ${parked ? `AND conversation IN (${everParked}) AND status = 'parked'` : ''}
       ${definition === undefined ? '' : 'AND definition = {definition:String}'}
       ORDER BY started DESC, conversation LIMIT {limit:UInt32}`,
      { limit, ...(definition === undefined ? {} : { definition }) },
    );
    return this.#withCauses(rows);
  }

  async find(conversation: string): Promise<StoredConversation | undefined> {
    const rows = await this.#store.query(
      `SELECT ${COLUMNS} FROM ${this.#database}.conversations WHERE conversation = {conversation:String}`,
      { conversation },
    );
    const [found] = await this.#withCauses(rows);
    return found;
  }

  /** The newest of its events, the oldest of them first. */
  async eventsOf(conversation: string, limit: number): Promise<readonly StoredEvent[]> {
    const rows = await this.#store.query(
      `SELECT toString(time) AS at, type, id, data FROM ${this.#database}.events
       WHERE conversation = {conversation:String} ORDER BY time DESC, sequence DESC LIMIT {limit:UInt32}`,
      { conversation, limit },
    );
    return rows
      .map((row) => ({
        time: timeOf(row, 'at'),
        type: textOf(row, 'type'),
        id: textOf(row, 'id'),
        data: JSON.parse(textOf(row, 'data')) as unknown,
      }))
      .reverse();
  }

  /** When the newest event was published that is stored; undefined while there is none. */
  async upTo(): Promise<string | undefined> {
    const [row] = await this.#store.query(
      `SELECT count() AS events, toString(max(published)) AS newest FROM ${this.#database}.events`,
    );
    return row && Number(row['events']) > 0 ? timeOf(row, 'newest') : undefined;
  }

  async #withCauses(rows: readonly Row[]): Promise<readonly StoredConversation[]> {
    const parked = rows.filter((row) => row['status'] === 'parked').map((row) => textOf(row, 'conversation'));
    const causes = new Map<string, ParkedCause>();
    if (parked.length > 0) {
      const found = await this.#store.query(
        `SELECT conversation, toString(max(time)) AS at, argMax(data, (time, sequence)) AS newest
         FROM ${this.#database}.events WHERE type = 'conversation.parked' AND conversation IN {parked:Array(String)}
         GROUP BY conversation`,
        { parked },
      );
      for (const row of found) {
        const data = JSON.parse(textOf(row, 'newest')) as Omit<ParkedCause, 'at'>;
        causes.set(textOf(row, 'conversation'), { at: timeOf(row, 'at'), ...data });
      }
    }
    return rows.map((row) => conversationOf(row, causes.get(textOf(row, 'conversation'))));
  }
}

function conversationOf(row: Row, parked: ParkedCause | undefined): StoredConversation {
  return {
    conversation: textOf(row, 'conversation'),
    contact: textOf(row, 'contact'),
    definition: textOf(row, 'definition'),
    version: textOf(row, 'version'),
    connector: textOf(row, 'connector'),
    status: textOf(row, 'status'),
    state: textOf(row, 'state'),
    ...(row['startedAt'] === null ? {} : { started: timeOf(row, 'startedAt') }),
    lastEvent: timeOf(row, 'lastEventAt'),
    ...(row['endedAt'] === null ? {} : { ended: timeOf(row, 'endedAt') }),
    ...(parked ? { parked } : {}),
  };
}

function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`the store answers no text for ${column}`);
  return value;
}

/** ClickHouse writes `2026-03-06 14:00:00.000`, in UTC. */
function timeOf(row: Row, column: string): string {
  return `${textOf(row, column).replace(' ', 'T')}Z`;
}
