/** What the connector host keeps in flight, and how long it tries: each with its unit and its reason. */

/** Requests of one connector and partition being delivered or waiting for it: what is in memory. */
export const MAX_IN_FLIGHT = 1_000;

/** Messages behind the oldest one that is not completed, which the broker keeps until then. */
export const MAX_WINDOW = 10_000;

/** Pause after the first failed attempt; doubled each time, up to the most. */
export const FIRST_RETRY_MS = 1_000;
export const MOST_RETRY_MS = 60_000;

/** Attempts before `message.failed`: with the pauses above, about seven minutes. */
export const MAX_ATTEMPTS = 12;

/**
 * A request older than this is not delivered any more (7 days, as long as the channels keep it): after an outage of
 * weeks nobody wants last month's reminders.
 */
export const MAX_REQUEST_AGE_MS: number = 7 * 24 * 60 * 60 * 1000;

/** Pauses between attempts to reach a broker that went away. */
export const FIRST_RECONNECT_MS = 100;
export const MOST_RECONNECT_MS = 10_000;
