/** What one broadcast may ask of the platform: each with its unit and its reason. */

/** Largest CSV file, which is held in memory while it is read: some 500,000 short lines. */
export const MAX_AUDIENCE_BYTES: number = 32 * 1024 * 1024;

/** People of one broadcast. More are several broadcasts. */
export const MAX_RECIPIENTS = 500_000;

/** Longest line, so that a quote that is never closed does not swallow the file. */
export const MAX_LINE_CHARACTERS: number = 128 * 1024;

/** Events on their way to the broker at a time. */
export const BATCH_MAX = 500;

/** Skipped lines that a report lists; the others are counted. */
export const MAX_REPORTED_LINES = 1_000;

/** Contact lists of a tenant: each can be as large as the largest file. */
export const MAX_LISTS = 200;

/** Ended broadcasts remembered, newest first. */
export const MAX_ENDED = 1_000;

/** Pauses between attempts to publish, doubled each time. */
export const FIRST_RETRY_MS = 250;
export const MOST_RETRY_MS = 15_000;
