/**
 * How long a text is as an SMS, which is what it costs: 160 characters of the GSM-7 alphabet (153 where it takes several
 * segments), but 70 (67) once a single character is outside it.
 */
import { SegmentedMessage } from 'sms-segments-calculator';

export interface SmsSize {
  readonly encoding: 'GSM-7' | 'UCS-2';
  readonly segments: number;
}

export interface SmsLength extends SmsSize {
  /** What the encoding costs: each character outside GSM-7, as often as it occurs. Empty with GSM-7. */
  readonly outside: readonly OutsideCharacter[];
}

export interface OutsideCharacter {
  readonly character: string;
  /** `U+201C`; several for a composed character. */
  readonly codePoints: string;
  /** Index into the text, in UTF-16 units. */
  readonly at: number;
  /** What GSM-7 has instead, where the difference is one of typography only: `"` for `“`. */
  readonly instead?: string;
}

/** Characters of GSM-7 that take one septet each and are no part of another: most texts have no others. */
const PLAIN = /^[\n !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z£¥èéùìòÇØøÅåÆæßÉÄÖÑÜ§¿äöñüà¡¤]*$/;
const ALONE_MAX = 160;
const SEGMENT_MAX = 153;

/** Texts of characters that stand for themselves, one UTF-16 unit each, with a letter in them that GSM-7 has not. */
const LETTERS = /^[\n -~£¥§¿¡¤À-ÿĀ-ſЀ-ҁҊ-ԯ‐-„…€]*$/;
const OUTSIDE_LETTER = /[áâãçêëíîïóôõúûÁÂÃÈÊÍÎÓÔÕÚÛĀ-ſЀ-ҁҊ-ԯ]/;
const UCS2_ALONE_MAX = 70;
const UCS2_SEGMENT_MAX = 67;

/** An empty text takes one segment: it is sent all the same. */
export function smsSize(text: string): SmsSize {
  // Two hundred times as fast as looking for graphemes, which matters where a hundred thousand messages are counted.
  if (PLAIN.test(text)) return { encoding: 'GSM-7', segments: segmentsOf(text, ALONE_MAX, SEGMENT_MAX) };
  if (OUTSIDE_LETTER.test(text) && LETTERS.test(text))
    return { encoding: 'UCS-2', segments: segmentsOf(text, UCS2_ALONE_MAX, UCS2_SEGMENT_MAX) };
  return sizeOf(new SegmentedMessage(text, 'auto', false));
}

/** The same, with what the encoding costs. */
export function smsLength(text: string): SmsLength {
  if (PLAIN.test(text)) return { ...smsSize(text), outside: [] };
  const message = new SegmentedMessage(text, 'auto', false);
  return { ...sizeOf(message), outside: outsideCharacters(message) };
}

function segmentsOf({ length }: string, alone: number, each: number): number {
  return length <= alone ? 1 : Math.ceil(length / each);
}

function sizeOf({ encodingName, segmentsCount }: SegmentedMessage): SmsSize {
  return { encoding: encodingName, segments: Math.max(1, segmentsCount) };
}

function outsideCharacters(message: SegmentedMessage): readonly OutsideCharacter[] {
  if (message.encodingName === 'GSM-7') return [];
  const outside = new Set(message.getNonGsmCharacters());
  const found: OutsideCharacter[] = [];
  let at = 0;
  for (const character of message.graphemes) {
    if (outside.has(character)) {
      const instead = plainForm(character);
      found.push({ character, codePoints: codePointsOf(character), at, ...(instead !== undefined && { instead }) });
    }
    at += character.length;
  }
  return found;
}

/** The library's table of look-alikes; a letter is never replaced, for `ł` and `l` are different letters. */
function plainForm(character: string): string | undefined {
  if (/\p{Letter}/u.test(character)) return undefined;
  const plain = new SegmentedMessage(character, 'auto', true);
  const text = plain.graphemes.join('');
  return plain.encodingName === 'GSM-7' && text !== character && text !== '' ? text : undefined;
}

function codePointsOf(character: string): string {
  return Array.from(character, (each) => {
    const point = each.codePointAt(0) ?? 0;
    return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  }).join(' ');
}
