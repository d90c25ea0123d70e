/** Limits of the HTTP edge: each protects the process from one kind of excess. An event's own is MAX_EVENT_BYTES. */

/** Events in one batch: what one request may keep waiting on a durable publish. */
export const MAX_BATCH_EVENTS = 1000;

/** Bytes of one batch: a thousand typical events of 4 KiB. */
export const MAX_BATCH_BYTES: number = 4 * 1024 * 1024;

/** Bytes of a request to a connector or to SQL: providers' webhooks carry no media, statements are typed by people. */
export const MAX_ROUTE_BODY_BYTES: number = 1024 * 1024;

/** How far beyond a limit a body is still read and thrown away, so that the client gets to read the refusal. */
export const MAX_DISCARDED_BYTES: number = 1024 * 1024;

/** Levels of nesting in an event's data: everything that walks it may do so recursively. */
export const MAX_DATA_DEPTH = 64;

/** Event requests of one tenant under way at a time; beyond it 429, so that no tenant starves the others. */
export const MAX_REQUESTS_IN_FLIGHT_PER_TENANT = 512;

/**
 * Events of one tenant on their way to the broker; beyond it 429. More would only make each request wait longer for its
 * answer: what a broker stores in a second or two.
 */
export const MAX_EVENTS_IN_FLIGHT_PER_TENANT = 4_000;

/** Bytes of all event requests under way; beyond it 503. Bounds memory while the broker is slow. */
export const MAX_BYTES_IN_FLIGHT: number = 64 * 1024 * 1024;

/** What a refused client is told to wait: about a broker's reconnection. */
export const RETRY_AFTER_SECONDS = 2;

/**
 * Connections that wait while the thread is busy, as far as the system allows. One that finds no room is dropped without a
 * word, and its client tries again after ever longer pauses, up to a minute, instead of being refused at once.
 */
export const CONNECTIONS_WAITING_MAX = 4096;

/** For a client to send its headers, and its whole request: slow ones may not hold sockets for ever. */
export const HEADERS_TIMEOUT_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 60_000;

/** For one readiness check: less than the usual probe's own patience (helm/ sets 5 s). */
export const READINESS_TIMEOUT_MS = 3000;
