/** What one session, and all of them, may ask of us: each limit with its unit and its reason. */

/** Longest message a person may write, in UTF-16 units: 25 segments of SMS, far more than a chat needs. */
export const MAX_TEXT_CHARACTERS = 4_000;

/** Longest label of a quick reply that we show back to its sender. */
export const MAX_LABEL_CHARACTERS = 200;

/** Largest frame from a browser: a full text, each character escaped as `\uXXXX`, and its envelope. */
export const MAX_FRAME_BYTES: number = 32 * 1024;

/** A person types; a burst of ten and one every two seconds after that is no person. */
export const MESSAGE_BURST = 10;
export const MESSAGES_PER_SECOND = 0.5;

/** Frames of any kind on one socket, acknowledgements included. Beyond it the socket is closed. */
export const FRAME_BURST = 100;
export const FRAMES_PER_SECOND = 20;

/** Tabs and devices of one session. */
export const MAX_SOCKETS_PER_SESSION = 8;

/** Of all sessions together: each costs about 10 KB of memory. */
export const MAX_SOCKETS = 10_000;

/** New sessions of everybody together: bounds what a script can make us store. */
export const SESSION_BURST = 200;
export const SESSIONS_PER_SECOND = 10;

/** What a socket may have unread before it is closed (it reconnects and reads the rest from the mailbox). */
export const MAX_UNREAD_BYTES: number = 1024 * 1024;

/** Entries kept per mailbox; the oldest go first. */
export const MAX_MAILBOX_ENTRIES = 200;

/** Entries older than this are dropped from a mailbox: 90 days. */
export const MAX_ENTRY_AGE_MS: number = 90 * 24 * 60 * 60 * 1000;

/** An unused session ends after 180 days; one that never held a message after one day. */
export const MAX_IDLE_SESSION_MS: number = 180 * 24 * 60 * 60 * 1000;
export const MAX_IDLE_EMPTY_SESSION_MS: number = 24 * 60 * 60 * 1000;

/** How often the server says that it is alive; the page gives a silent connection up after twice that and a bit. */
export const BEAT_INTERVAL_MS = 20_000;
