/**
 * What is on record of contacts, as one stream of rows in the order of their keys: from the first step on, for what they
 * set or opted out of before counts. It asks a tenant's own views.
 */
import { DATA_INPUTS, MESSAGING_INPUTS } from '../../dsl/step/inputs.ts';
import { OUTPUTS_MAX } from '../../dsl/step/outgoing.ts';
import { quoteText } from '../store/quote.ts';
import { FINGERPRINT_SQL } from './fingerprint.ts';

export interface RecordQuery {
  /** Common table expressions that the condition needs: `name AS (…)`. */
  readonly common?: readonly string[];
  /** Of `contact`, which is a value's key where it is about one. */
  readonly condition: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Steps that were taken before that. */
  readonly before?: Date;
  /**
   * Keys of which there is a history also where nothing is on record. The condition has to hold for them: they are the
   * `contact` of the common table expression `named`.
   */
  readonly keys?: readonly string[];
  /** To hold against what a step gives: the hash of the state after it, or the events that it gave. */
  readonly with: 'states' | 'outputs';
}

/** Kinds of rows, in their order within a key. */
export const ROW = { step: 0, outputs: 1, event: 2, nothing: 3 } as const;

/** What steps gave that is kept whole. */
const STARTED = 'conversation.started';
const REQUESTED = 'data.requested';
export const KEPT_WHOLE: ReadonlySet<string> = new Set([STARTED, REQUESTED]);

/** `numbers` and `texts` by kind: see record-rows.ts. */
export function recordSql({ common = [], condition, before, keys = [], with: held }: RecordQuery): string {
  const inputs = [...MESSAGING_INPUTS, ...DATA_INPUTS, REQUESTED].map(quoteText).join(', ');
  const named =
    keys.length === 0 ? [] : [`named AS (SELECT arrayJoin([${keys.map(quoteText).join(', ')}]) AS contact)`];
  const expressions = [...named, ...common];
  const parts = [
    `SELECT contact, ${ROW.step} AS part,
    [toUnixTimestamp64Milli(now), toInt64(epoch), toInt64(sequence), toInt64(partition), toInt64(partitions), toInt64(fatal), toInt64(length(outputs))] AS numbers,
    [input, input_type, feed, feed_position, definitions, company, ${held === 'states' ? "'', state_hash" : 'outputs[1]'}] AS texts
  FROM steps WHERE kind = 'step'${before ? ` AND now < ${instantSql(before)}` : ''} AND ${condition}`,
    eventsSql('inputs', `(channel = 'inbox' OR type IN (${inputs})) AND ${condition}`),
    ...(held === 'states' ? [] : [eventsSql('events', `type = '${STARTED}' AND ${condition}`), outputsSql(condition)]),
    ...(keys.length === 0 ? [] : [`SELECT contact, ${ROW.nothing}, emptyArrayInt64(), emptyArrayString() FROM named`]),
  ];
  return `${expressions.length === 0 ? '' : `WITH ${expressions.join(',\n')}\n`}SELECT contact, part, numbers, texts FROM (
  ${parts.join('\n  UNION ALL\n  ')}
) ORDER BY contact, part`;
}

export function instantSql(date: Date): string {
  return `fromUnixTimestamp64Milli(${date.getTime().toString()}, 'UTC')`;
}

function eventsSql(view: 'inputs' | 'events', condition: string): string {
  return `SELECT contact, ${ROW.event}, [toUnixTimestamp64Milli(published), toUnixTimestamp64Milli(time), toInt64(sequence)],
    [channel, position, id, source, type, data, conversation, causation, partitionkey, traceparent, extensions]
  FROM ${view} WHERE ${condition}`;
}

/** Of all events that a step gave, a fingerprint is enough: they stay where they are. */
function outputsSql(condition: string): string {
  const record = `intDiv(sequence, ${OUTPUTS_MAX})`;
  return `SELECT contact, ${ROW.outputs},
    arrayConcat([toInt64(${record})], arrayMap(x -> toInt64(x.2), arraySort(groupUniqArray((sequence, ${FINGERPRINT_SQL}))))), [source]
  FROM events WHERE startsWith(source, '/engine/') AND ${condition}
  GROUP BY contact, source, ${record}`;
}
