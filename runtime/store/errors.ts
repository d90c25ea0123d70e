import { ParlanceError } from '../../channels/error.ts';

export type StoreErrorCode =
  /** Neither a folder nor an http(s) URL. */
  | 'store-url-invalid'
  /** A cluster, storage policy or cold volume that the store can not have. */
  | 'store-layout-invalid'
  /** The embedded engine's native library is missing on this machine. */
  | 'store-engine-missing'
  /** Nothing has been stored here yet. */
  | 'store-missing'
  /** Another process holds the embedded engine's folder. */
  | 'store-locked'
  /** ClickHouse does not answer; try again with backoff. */
  | 'store-unreachable'
  /** The store was written by a newer version of Parlance. */
  | 'store-newer'
  /** A pending range that must be stored again is no longer in the broker. */
  | 'store-range-lost'
  /** A statement that the read-only SQL interface does not run. */
  | 'sql-refused'
  /** The store has no views for it. */
  | 'tenant-unknown'
  /** ClickHouse reported an error; the message is its own. */
  | 'sql-failed';

export class StoreError extends ParlanceError<StoreErrorCode> {}

/** ClickHouse's own error in one line, without the stack and the build's version. */
export function clickHouseMessage(error: unknown): string {
  const text = reportedText(error) ?? (error instanceof Error ? error.message : String(error));
  // One that was thrown again stands whole within itself.
  const inner = /^Code: \d+\. DB::Exception: (Code: \d+\. DB::Exception: [^]*?) \(version [^)]*\)/.exec(text)?.[1];
  return inner ?? text.replace(/\s*\(version [^)]*\)\s*$/, '').trim();
}

/** `Code: 62. DB::Exception: …` where ClickHouse itself reported the error; undefined where it was not reached. */
export function reportedText(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (/Code: \d+|DB::Exception/.test(error.message)) return error.message;
  const inner = reportedText(error.cause);
  if (inner !== undefined) return inner;
  // The official client takes the message apart. Its error class exists twice (client and client-common).
  const { code, type } = error as { code?: unknown; type?: unknown };
  return typeof code === 'string' && /^\d+$/.test(code) && typeof type === 'string'
    ? `Code: ${code}. DB::Exception: ${error.message.trim()} (${type})`
    : undefined;
}
