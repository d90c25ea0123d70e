/** What the inbox keeps and takes: each limit with its unit and its reason. */

/** Longest answer, in UTF-16 units: as a person's message in the web chat. */
export const MAX_TEXT_CHARACTERS = 4_000;

/** Longest name of an agent, and longest id that a desk gives an answer. */
export const MAX_NAME_CHARACTERS = 200;

/** Hand-offs in one answer, and where the question does not say. */
export const MAX_LISTED = 1_000;
export const DEFAULT_LISTED = 100;

/** Entries kept of one hand-off; the oldest go first. */
export const MAX_ENTRIES = 1_000;

/**
 * A person's newest messages, kept without a hand-off: one that came just before is known before the hand-off is, for
 * they come on different channels.
 */
export const MAX_RECENT = 20;
export const MAX_RECENT_AGE_MS: number = 24 * 60 * 60 * 1000;

/** How long a hand-off can still be read once it is over, so that a desk that lost our answer learns what became of it. */
export const MAX_CLOSED_AGE_MS: number = 24 * 60 * 60 * 1000;
