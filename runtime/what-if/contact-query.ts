/**
 * What is on record of the people with whom conversations started in a window, as one stream ordered by contact: from
 * their first step on, for what they set or opted out of before counts. Most events stay where they are: of what steps
 * gave, a fingerprint is enough.
 */
import type { TenantName } from '../../channels/brands.ts';
import { PROBE_CONTACT_PREFIX } from '../../channels/contact-key.ts';
import { DATA_INPUTS, MESSAGING_INPUTS } from '../../dsl/step/inputs.ts';
import { OUTPUTS_MAX } from '../../dsl/step/outgoing.ts';
import { quoteName, quoteText } from '../store/quote.ts';
import { KEPT_WHOLE } from './recorded.ts';

export interface Window {
  readonly from: Date;
  readonly to: Date;
}

export interface Wanted {
  /** Of the tables. */
  readonly database: string;
  readonly tenant: TenantName;
  readonly definitions: readonly string[];
  readonly window: Window;
  /** Conversations at most, which may be of fewer people. */
  readonly limit?: number;
}

/** A slice of the contact keys: from the first on, below the second; the last slice has none. */
export interface Slice {
  readonly first: string;
  readonly below?: string;
}

/** Kinds of rows, in their order within a contact. */
export const ROW = { step: 0, outputs: 1, event: 2 } as const;

/** `numbers` and `texts` by kind: see contact-rows.ts. */
export function contactsSql(wanted: Wanted, slice: Slice): string {
  const { database, window } = wanted;
  const table = (name: string): string => `${quoteName(database)}.${name}`;
  const tenant = `tenant = ${quoteText(wanted.tenant)}`;
  const within = (column: string): string =>
    [
      `${column} >= ${quoteText(slice.first)}`,
      ...(slice.below === undefined ? [] : [`${column} < ${quoteText(slice.below)}`]),
      `${column} IN (SELECT contact FROM people)`,
    ].join(' AND ');
  const whole = [...MESSAGING_INPUTS, ...DATA_INPUTS, ...KEPT_WHOLE].map(quoteText).join(', ');
  const before = instant(window.to);
  return `WITH people AS (${peopleSql(wanted)})
SELECT contact, part, numbers, texts FROM (
  SELECT contact, ${ROW.step} AS part,
    [toUnixTimestamp64Milli(now), toInt64(epoch), toInt64(sequence), toInt64(partition), toInt64(partitions), toInt64(fatal)] AS numbers,
    [input, input_type, definitions, company, outputs[1]] AS texts
  FROM ${table('steps')} WHERE ${tenant} AND kind = 'step' AND now < ${before} AND ${within('contact')}
  UNION ALL
  SELECT subject, ${ROW.outputs},
    arrayConcat([toInt64(intDiv(sequence, ${OUTPUTS_MAX}))], arrayMap(x -> toInt64(x.2), arraySort(groupUniqArray((sequence, CRC32(concat(type, '\\n', conversation, '\\n', data))))))),
    [source]
  FROM ${table('events')} WHERE ${tenant} AND channel != 'inbox' AND startsWith(source, '/engine/') AND ${within('subject')}
  GROUP BY subject, source, intDiv(sequence, ${OUTPUTS_MAX})
  UNION ALL
  SELECT subject, ${ROW.event}, [toUnixTimestamp64Milli(published), toUnixTimestamp64Milli(time), toInt64(sequence)],
    [id, source, type, data, conversation, causation, partitionkey, subject, traceparent, extensions]
  FROM ${table('events')} WHERE ${tenant} AND (channel = 'inbox' OR type IN (${whole})) AND ${within('subject')}
) ORDER BY contact, part`;
}

/** All that was ever published: a conversation runs on the version on which it started. */
export function publicationsSql({ database, tenant }: Wanted): string {
  return `SELECT position, toUnixTimestamp64Milli(published) AS at, payload FROM ${quoteName(database)}.definitions
WHERE tenant = ${quoteText(tenant)} LIMIT 1 BY position`;
}

/** Steps that a query for all of them would read. */
export function sizeSql(wanted: Wanted): string {
  const { database, tenant } = wanted;
  return `WITH people AS (${peopleSql(wanted)})
SELECT count() AS steps FROM ${quoteName(database)}.steps
WHERE tenant = ${quoteText(tenant)} AND contact IN (SELECT contact FROM people)`;
}

function peopleSql({ database, tenant, definitions, window, limit }: Wanted): string {
  const names = definitions.map(quoteText).join(', ');
  const started = `SELECT subject AS contact FROM ${quoteName(database)}.events
  WHERE tenant = ${quoteText(tenant)} AND type = 'conversation.started' AND NOT startsWith(subject, ${quoteText(PROBE_CONTACT_PREFIX)})
    AND definition IN (${names})
    AND time >= ${instant(window.from)} AND time < ${instant(window.to)}`;
  return limit === undefined ? started : `${started} ORDER BY id LIMIT ${limit.toString()}`;
}

function instant(date: Date): string {
  return `fromUnixTimestamp64Milli(${date.getTime().toString()}, 'UTC')`;
}
