/**
 * What one text of a definition costs as an SMS, before anybody is known: its placeholders may turn out short or long.
 * Pure; which texts a path says is the checker's business.
 */
import { smsLength, smsSize, type OutsideCharacter, type SmsSize } from '../../channels/sms/segments.ts';
import { smsText } from '../../channels/sms/text.ts';
import type { Parts } from '../machine/expressions.ts';

/** Characters that the value of a `${…}` is taken to have. A first name has 6 on average, a formatted date about 20. */
export const PLACEHOLDER_CHARACTERS: Readonly<Record<Estimate, number>> = { min: 1, expected: 12, max: 40 };

type Estimate = 'min' | 'expected' | 'max';

export interface SegmentCost {
  readonly min: number;
  readonly expected: number;
  readonly max: number;
  /** Of what stands in the definition; a value may still bring a character from outside GSM-7. */
  readonly encoding: SmsSize['encoding'];
  /** What turns it into UCS-2, with its place: which part, and where in that part. */
  readonly outside: readonly (Omit<OutsideCharacter, 'at'> & { readonly part: PartPlace; readonly at: number })[];
}

/** The text's own part of this index, or the label of the choice of this index. */
export type PartPlace = { readonly text: number } | { readonly choice: number; readonly label: number };

export interface CostedMessage {
  readonly parts: Parts;
  readonly choices?: readonly Parts[];
  readonly media?: readonly { readonly url: Parts }[];
}

/** SMS segments of one message in one locale, with its numbered choices. */
export function segmentCost({ parts, choices = [], media = [] }: CostedMessage): SegmentCost {
  const sizeFor = (estimate: Estimate): SmsSize => {
    const size = PLACEHOLDER_CHARACTERS[estimate];
    return smsSize(
      smsText({
        text: filled(parts, size),
        choices: choices.map((label) => ({ label: filled(label, size) })),
        media: media.map(({ url }) => ({ url: filled(url, size) })),
      }),
    );
  };
  const expected = sizeFor('expected');
  return {
    min: sizeFor('min').segments,
    expected: expected.segments,
    max: sizeFor('max').segments,
    encoding: expected.encoding,
    outside: [
      ...outsideOf(parts, (text) => ({ text })),
      ...choices.flatMap((label, choice) => outsideOf(label, (part) => ({ choice, label: part }))),
    ],
  };
}

/** Sum of several messages: a path. */
export function addCosts(costs: readonly Pick<SegmentCost, Estimate>[]): Pick<SegmentCost, Estimate> {
  const sum = (estimate: Estimate): number => costs.reduce((total, cost) => total + cost[estimate], 0);
  return { min: sum('min'), expected: sum('expected'), max: sum('max') };
}

/** `a` is in GSM-7: a value is not what makes a text UCS-2. */
function filled(parts: Parts, size: number): string {
  return parts.map((part) => (typeof part === 'string' ? part : 'a'.repeat(size))).join('');
}

function outsideOf(parts: Parts, place: (index: number) => PartPlace): SegmentCost['outside'] {
  return parts.flatMap((part, index) =>
    typeof part === 'string' ? smsLength(part).outside.map((found) => ({ ...found, part: place(index) })) : [],
  );
}
