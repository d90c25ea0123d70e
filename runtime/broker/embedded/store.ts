/**
 * What the embedded broker asks of its storage: ordered tables and one atomic, durable commit. A seam, so that
 * simulation can put a store with scripted crashes under the same broker.
 */
export const TABLES = ['meta', 'log', 'cursors', 'sequences', 'compacted', 'newest'] as const;

/**
 * meta: tenants, namespaces, topics (JSON). log: chunks of messages by (ledger, first offset). cursors: subscription
 * positions. sequences: last sequence id per producer name. compacted: single messages that compaction kept.
 * newest: per message key, the offset kept in `compacted`.
 */
export type Table = (typeof TABLES)[number];

export interface Write {
  readonly table: Table;
  readonly key: Buffer;
  /** Undefined deletes. */
  readonly value: Buffer | undefined;
}

export interface Entry {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** `from` inclusive, `before` exclusive; `backwards` starts at the highest key. */
export interface Range {
  readonly from: Buffer;
  readonly before: Buffer;
  readonly backwards?: boolean;
  readonly limit?: number;
}

export interface Store {
  get(table: Table, key: Buffer): Buffer | undefined;
  range(table: Table, range: Range): readonly Entry[];
  keys(table: Table, range: Range): readonly Buffer[];
  /**
   * All or nothing; durable (synced to the disk) once it resolves. One at a time. Rejects with BrokerError
   * `storage-full`, after which it may be called again, or `broker-refused`: the disk failed, nothing may be trusted.
   */
  commit(writes: readonly Write[]): Promise<void>;
  /** Whether `bytes` can be accepted without touching the reserve that is kept for acknowledgements and deletions. */
  hasRoomFor(bytes: number): boolean;
  close(): Promise<void>;
}
