/** What messages that were rendered cost: exact, where the checker can only estimate. */
import type { EventData } from '../../channels/generated/events.ts';
import { smsSize } from '../../channels/sms/segments.ts';
import { smsText } from '../../channels/sms/text.ts';

export interface Cost {
  readonly messages: number;
  /** Of those that go by SMS. */
  readonly segments: number;
}

export const NO_COST: Cost = { messages: 0, segments: 0 };

export function sumOf(a: Cost, b: Cost): Cost {
  return { messages: a.messages + b.messages, segments: a.segments + b.segments };
}

/** Texts whose length is remembered: most messages of a definition differ in a name at most, many in nothing. */
const KNOWN_TEXTS_MAX = 10_000;
const known = new Map<string, number>();

export function costOfMessage(message: EventData['message.requested']): Cost {
  if (message.connector !== 'sms') return { messages: 1, segments: 0 };
  const text = smsText(message);
  let segments = known.get(text);
  if (segments === undefined) {
    segments = smsSize(text).segments;
    if (known.size >= KNOWN_TEXTS_MAX) known.clear();
    known.set(text, segments);
  }
  return { messages: 1, segments };
}
