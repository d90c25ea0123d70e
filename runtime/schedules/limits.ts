/** Each with its unit and its reason. */

/**
 * An occurrence that the platform gets to later than this, after an outage, is left out and stated as missed: what a
 * message says in the morning is still right an hour later, but hardly in the evening.
 */
export const MAX_LATE_MS = 3_600_000;

/** Older ones that an outage swallowed are not even stated: nobody looks for them. */
export const LOOK_BACK_MS: number = 31 * 86_400_000;

/** Between two looks at the clock and at which definitions are in force. */
export const LOOK_EVERY_MS = 1000;

/** Marks are written this often where nothing is due: after a crash, so much is looked at again. */
export const MARK_EVERY_MS = 60_000;
