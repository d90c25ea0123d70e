import type { Json } from '../json.ts';
import type { ValueType } from '../machine.ts';

/** A reply as a value of the variable that keeps it; undefined where it does not fit. Lists and objects never fit. */
export function readReply(type: ValueType, text: string, locale: string): Json | undefined {
  const trimmed = text.trim();
  switch (type.type) {
    case 'text':
      return type.enum && !type.enum.includes(trimmed) ? undefined : trimmed;
    case 'integer': {
      const value = readNumber(trimmed, locale);
      return Number.isSafeInteger(value) ? value : undefined;
    }
    case 'number':
      return readNumber(trimmed, locale);
    case 'boolean':
    case 'time':
    case 'duration':
    case 'list':
    case 'object':
      return undefined;
  }
}

/** `7`, `-3`, `4.5`; `4,5` where the locale's decimal sign is a comma. No grouping: `1.000` would be ambiguous. */
function readNumber(text: string, locale: string): number | undefined {
  const match = /^[+-]?\d{1,15}(?:([.,])\d{1,6})?$/.exec(text);
  if (!match) return undefined;
  if (match[1] === ',' && decimalSignOf(locale) !== ',') return undefined;
  return Number(text.replace(',', '.'));
}

function decimalSignOf(locale: string): string {
  return new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === 'decimal')?.value ?? '.';
}
