import type { EventId } from './brands.ts';

/**
 * An immutable fact: a CloudEvents 1.0 event in structured JSON mode, with the CNCF extension attributes that Parlance
 * uses. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface Event<Type extends string = string, Data = unknown> {
  readonly specversion: '1.0';
  readonly id: EventId;
  /** URI-reference of the producer's incarnation, e.g. `/engine/acme/3/0`. `sequence` is monotone within it. */
  readonly source: string;
  readonly type: Type;
  /** The contact key, where the event is about one person. */
  readonly subject?: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly datacontenttype?: 'application/json';
  readonly data: Data;
  /** Routing key: the partition is `partitionOf(partitionkey, partitions)`. Extension "partitioning". */
  readonly partitionkey?: string;
  /** Monotone per `source`, zero-padded so that it also orders as text. Extension "sequence". */
  readonly sequence?: string;
  /** The conversation. Extension "correlation". */
  readonly correlationid?: string;
  /** Id of the event that caused this one. Extension "correlation". */
  readonly causationid?: string;
  /** W3C trace context. Extension "distributed tracing". */
  readonly traceparent?: string;
  /** Of a conversation's own event: how many such events led to it, with no person and no delay in between. Extension of ours; text where HTTP headers brought it. */
  readonly parlancehops?: number | string;
}

/** Digits of a formatted `sequence`: the most that a double holds exactly is 16. */
const SEQUENCE_DIGITS = 16;

/** `7` → `0000000000000007`; ordering the texts orders the numbers. */
export function formatSequence(sequence: number): string {
  return sequence.toString().padStart(SEQUENCE_DIGITS, '0');
}

/** The inverse of `formatSequence`; undefined where the text is no whole number. */
export function parseSequence(text: string): number | undefined {
  return /^\d{1,16}$/.test(text) ? Number(text) : undefined;
}
