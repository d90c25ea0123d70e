/** What one question may cost, and all of them together: each limit with its unit and its reason. */

/** For one attempt, where the question does not say: people wait for the answer. */
export const DEFAULT_TIMEOUT_MS = 10_000;

/** Bounds of what a question may say: less than a handshake takes fails always, more holds a connection for nothing. */
export const MIN_TIMEOUT_MS = 50;
export const MAX_TIMEOUT_MS = 60_000;

/** Retries of a method that may be repeated (RFC 9110, "idempotent"), where the question does not say. */
export const DEFAULT_RETRIES = 2;
export const MAX_RETRIES = 10;

/** Most of a pause before a retry; doubled each time, up to the most. The pause is drawn between zero and that. */
export const FIRST_BACKOFF_MS = 500;
export const MOST_BACKOFF_MS = 20_000;

/** A source that asks for a longer pause than this (Retry-After) is not asked again for this question. */
export const MAX_RETRY_AFTER_MS = 60_000;

/** An answer may be used again for a day at most: what is to be kept for longer belongs in a variable. */
export const MAX_CACHE_MS: number = 24 * 60 * 60 * 1000;

/** Answers kept for use again, of one tenant: their number, and the bytes that they had as JSON. */
export const MAX_CACHED_ANSWERS = 1_000;
export const MAX_CACHED_BYTES: number = 16 * 1024 * 1024;

/** Redirects within the source's own origin. */
export const MAX_REDIRECTS = 5;

/** An answer's headers, in bytes: far above what servers send, far below what hurts. */
export const MAX_HEADER_BYTES: number = 16 * 1024;

/** Levels of nesting in an answer, as in any event: everything that walks it may do so recursively. */
export const MAX_DEPTH = 64;

/** For connecting alone: an address that does not answer must not use up a long time-out. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** Names looked up at a time: half of the four threads that Node has for this, for the disk and for much else. */
export const MAX_LOOKUPS = 2;

/** How long attempts under way may still take when the platform stops; then they are given up and asked again later. */
export const STOP_GRACE_MS = 3_000;

/** A question older than a day, after an outage, is not asked: nobody waits for the answer. */
export const MAX_REQUEST_AGE_MS: number = 24 * 60 * 60 * 1000;
