/** Every limit of the language, with its unit and its reason. */

/** A file that people write is a few KiB; a larger one is generated or an attack. Also the size of the largest event. */
export const MAX_FILE_BYTES: number = 256 * 1024;
/** Nested lists and maps in a file: a definition needs about 8. */
export const MAX_YAML_DEPTH = 32;
/** Problems told of one file: more come from one cause, and nobody reads them. */
export const MAX_DIAGNOSTICS = 500;
/** Steps per definition; beyond it nobody can read it. */
export const MAX_STEPS = 1000;
/** Nodes that one input may pass: a loop without a wait must end, and a worker must get to other contacts. */
export const MAX_NODES_PER_INPUT = 500;
/** Jumps to one place in one conversation: a person that is asked the same thing for the 100th time is in a loop. */
export const MAX_VISITS_PER_NODE = 100;
/** Characters of one message: the longest that any carrier takes is 1,600, chat pages fold more than a screen. */
export const MAX_TEXT_CHARACTERS = 4096;
/** Characters of a reply that are kept: longer ones are cut, so that nobody fills a contact's state. */
export const MAX_REPLY_CHARACTERS = 4096;
/** Bytes of a conversation's inputs or variables as JSON: the state is written with every step. */
export const MAX_VALUES_BYTES: number = 64 * 1024;
/** Snippets inside one another, the conversation itself counted: each adds its variables to the state. */
export const MAX_FRAMES = 8;
/** Failures that one conversation may handle: one that goes on failing is broken. */
export const MAX_FAILURES_HANDLED = 3;
/** Open conversations per contact: more than a person can hold, and the state must stay small. */
export const MAX_OPEN_CONVERSATIONS = 20;
/** Starts that wait for one contact: more could only annoy. */
export const MAX_QUEUED_STARTS = 10;
/** Messages that wait for one contact: more than anybody reads in the morning. */
export const MAX_HELD_MESSAGES = 20;
/** How long a message may wait to leave: after that it is no news any more. */
export const MAX_HOLD_MS: number = 14 * 86_400_000;
/** The longest period of a cap, and how far back messages are remembered for it. */
export const MAX_CAP_PERIOD_MS: number = 31 * 86_400_000;
/** The most that a cap may allow: their times are part of the contact's state. */
export const MAX_CAP_MESSAGES = 20;
/** People whom a schedule or a broadcast starts in a second, where nothing else is said: replies of others still find room between. */
export const USUAL_PER_SECOND = 100;
/** The most that may be said: beyond it the engine, not the pace, is what limits. */
export const MAX_PER_SECOND = 5000;
/** The least: 86 a day; fewer is a wrong unit. */
export const MIN_PER_SECOND = 0.001;
/** How long after a person wrote a message still counts as the answer: a fetch and a short delay lie in it. */
export const ANSWER_WITHIN_MS: number = 10 * 60_000;
/**
 * Events of conversations in a row, each of which starts or wakes the next with no person and no delay in between:
 * processes that are meant take 3 to 5; definitions that start one another would go on without end.
 */
export const MAX_EVENT_HOPS = 10;
/** Events that one `listen` waits for: all of them in any order are up to 2^5 states for the prover. */
export const MAX_LISTEN_EVENTS = 5;
/**
 * How long an event is kept for a wait that begins later: longer than the way between two partitions takes, also where
 * a worker restarts in between; short enough to keep every event of a type.
 */
export const RECENT_EVENTS_MS: number = 10 * 60_000;
/** Such events per value: what matters of one order or appointment within minutes. */
export const MAX_RECENT_EVENTS = 20;
/** Their bytes as JSON, which are written with every step; the newest is kept whatever its size. */
export const MAX_RECENT_BYTES: number = 64 * 1024;
/** Conversations that wait for one value of events: the list is written with every step. */
export const MAX_WAITS_PER_VALUE = 1000;
/** To how many of them one step forwards an event: below what a step may emit. */
export const MAX_FORWARDED = 500;
/** Bytes that one step forwards: its record must fit into a message. */
export const MAX_FORWARDED_BYTES: number = 1024 * 1024;
/** Bytes as JSON of events that came while an interrupt is at work; the first is kept whatever its size. */
export const MAX_SET_ASIDE_BYTES: number = 64 * 1024;
/** Inputs kept for a parked conversation, all in the contact's state: a busy person's of some hours. */
export const MAX_KEPT_INPUTS = 100;
/** Their bytes as JSON; the first is kept whatever its size. */
export const MAX_KEPT_BYTES: number = 256 * 1024;
/** Events after which one step tries no more of them: below what a step may emit, with room for what one input causes. */
export const MAX_EMITTED_BY_KEPT = 200;
/** Characters of the key that tells conversations of one definition, or events of one type, apart. */
export const MAX_KEY_CHARACTERS = 200;
/** Newest ids of messages and events remembered per contact: who repeats one does so within minutes, not after 50 others. */
export const MAX_SEEN_MESSAGES = 50;
/** Characters of an expression: longer logic belongs into steps. */
export const MAX_EXPRESSION_CHARACTERS = 1000;
/** Nodes of a parsed expression; with bounded lists this bounds its cost. */
export const MAX_EXPRESSION_NODES = 250;
/** Nesting of a parsed expression. */
export const MAX_EXPRESSION_DEPTH = 30;
/**
 * Comprehensions (`exists`, `map` …) inside one another: each multiplies the cost by the length of a list. Where an
 * event is known they run over what came, whose lists only the size of an event bounds; elsewhere over declared lists.
 */
export const MAX_COMPREHENSION_DEPTH_START = 1;
export const MAX_COMPREHENSION_DEPTH_STEPS = 2;
/** Items of a list among inputs and variables: with two comprehensions a quarter of a million evaluations. */
export const MAX_LIST_ITEMS = 500;
/** The longest authored delay, time-out or lifetime: beyond 400 days it is a wrong unit. */
export const MAX_WAIT_MS: number = 400 * 86_400_000;
/** The shortest time-out: less than a second is a wrong unit. */
export const MIN_WAIT_MS = 1000;
/** Lifetime where a definition names none. */
export const DEFAULT_LIFETIME_MS: number = 3 * 86_400_000;
