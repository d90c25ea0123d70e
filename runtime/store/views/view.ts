import { PROBE_CONTACT_PREFIX } from '../../../channels/contact-key.ts';

/** Column, type, what it means, and the expression it is computed by. */
export type Column = readonly [name: string, type: string, about: string, expression: string];

/** A query that the reference shows and the tests run, in a tenant's own database. */
export interface Example {
  readonly about: string;
  readonly sql: string;
}

export interface View {
  readonly name: string;
  readonly about: string;
  readonly columns: readonly Column[];
  /**
   * What follows FROM. Columns are written with the alias of their table (`e.time`): a bare name would mean the output
   * column that is called so.
   */
  readonly from: (databases: Databases) => string;
  readonly examples: readonly Example[];
}

export interface Databases {
  /** Of the tables. */
  readonly tables: string;
  /** Of the views over all tenants. */
  readonly views: string;
}

/** One of few words: compared and grouped by its number. */
export const WORD = 'LowCardinality(String)';

export const TENANT: Column = ['tenant', WORD, 'the customer', 'e.tenant'];

export const TIME = "DateTime64(3, 'UTC')";
export const TIME_OR_NULL: string = `Nullable(${TIME})`;

/** Of a conversation: events of one source are in the order of their sequences, and time never goes back. */
export const ORDER = '(e.time, e.sequence)';

/** Of tests of the running platform: people who do not exist. */
export const PROBE: string = `startsWith(e.subject, '${PROBE_CONTACT_PREFIX}')`;

/** What the engine says to itself is among the events, for whoever makes past states again; it is on no channel. */
export const ON_CHANNELS = "e.channel != 'inbox'";

/** What analysts see of the events: what is on channels, and about people who exist. A column says so. */
export const SHOWN = 'e.shown';

/** A field of the event's data, as text. */
export function field(name: string): string {
  return `JSONExtractString(e.data, '${name}')`;
}

/** Events by which conversations end. */
export const ENDS = "'conversation.completed', 'conversation.failed', 'conversation.expired', 'conversation.cancelled'";

/** The first 8 hex digits of a machine's hash: what people see. */
export function versionOf(machine: string): string {
  return `substring(${machine}, length('sha256:') + 1, 8)`;
}

/** The time that each so many of a hundred stayed below, in milliseconds; NULL where there is none. */
export function percentileColumns(prefix: string, about: string, values: string): readonly Column[] {
  return [50, 90, 95, 99].map((percent) => [
    `${prefix}p${percent}_ms`,
    'Nullable(Float64)',
    `${about}: ${percent} % took at most so many milliseconds`,
    `round(quantileExactOrNull(${percent / 100})(${values}))`,
  ]);
}
