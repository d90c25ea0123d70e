/** Amounts of money in texts. They are whole numbers of the currency's smallest unit and never pass through a float. */
import { Cache } from './cache.ts';

const formatters = new Cache((key) => {
  const [locale = 'en', currency = 'USD'] = key.split(' ');
  return new Intl.NumberFormat(locale, { style: 'currency', currency });
});

/** Of ISO 4217. */
export function isCurrency(code: string): boolean {
  return Intl.supportedValuesOf('currency').includes(code);
}

/** Digits after the decimal sign: 2 for EUR, 0 for JPY. */
export function digitsOf(currency: string): number {
  return formatters.of(`en ${currency}`).resolvedOptions().maximumFractionDigits ?? 2;
}

export function formatMoney(minor: bigint, currency: string, locale: string): string {
  return formatters.of(`${locale} ${currency}`).format(decimalOf(minor, currency) as Intl.StringNumericLiteral);
}

/** `1999n`, EUR → `19.99`. */
export function decimalOf(minor: bigint, currency: string): string {
  const digits = digitsOf(currency);
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return `${minor < 0n ? '-' : ''}${whole}${digits === 0 ? '' : `.${text.slice(-digits)}`}`;
}

/** `19.99`, `-5`, as programs write it → the smallest units; undefined where it is no such amount. */
export function parseDecimal(text: string, currency: string): number | undefined {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d{1,16})(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = digitsOf(currency);
  if (whole === '' || fraction.length > digits) return undefined;
  const minor = Number(`${sign}${whole}${fraction.padEnd(digits, '0')}`);
  return Number.isSafeInteger(minor) ? minor || 0 : undefined;
}

/** As people write it: `€ 19,99`, `1,250 USD`, `12.50`; with a sign or code of another currency it is none. */
export function readMoney(text: string, currency: string, locale: string): number | undefined {
  const bare = withoutCurrency(text, currency, locale);
  const digits = digitsOf(currency);
  const { group, decimal } = signsOf(locale);
  const [, thousands, part = ''] =
    new RegExp(`^(\\d{1,3}(?:${escaped(group)}\\d{3})+)(?:${escaped(decimal)}(\\d{1,2}))?$`).exec(bare) ?? [];
  if (thousands !== undefined) {
    const whole = thousands.replace(/\D/g, '');
    return parseDecimal(part === '' ? whole : `${whole}.${part}`, currency);
  }
  const [, whole, fraction] = /^(-?\d{1,15})(?:[.,](\d{1,3}))?$/.exec(bare) ?? [];
  if (whole === undefined || (fraction?.length ?? 0) > digits) return undefined;
  return parseDecimal(fraction === undefined ? whole : `${whole}.${fraction}`, currency);
}

function withoutCurrency(text: string, currency: string, locale: string): string {
  const symbols = [currency, currency.toLowerCase()];
  for (const display of ['symbol', 'narrowSymbol', 'name'] as const) {
    for (const amount of [1, 2]) {
      const format = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: display });
      const symbol = format.formatToParts(amount).find(({ type }) => type === 'currency')?.value;
      if (symbol !== undefined) symbols.push(symbol, symbol.toLowerCase());
    }
  }
  const trimmed = text.trim();
  const found = symbols
    .sort((a, b) => b.length - a.length)
    .find((one) => trimmed.startsWith(one) || trimmed.endsWith(one));
  if (found === undefined) return trimmed;
  return (trimmed.startsWith(found) ? trimmed.slice(found.length) : trimmed.slice(0, -found.length)).trim();
}

/** What the locale puts between thousands and before the fraction. Blanks of any kind stand for one another. */
function signsOf(locale: string): { readonly group: string; readonly decimal: string } {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1_234_567.5);
  const of = (kind: 'group' | 'decimal') => parts.find(({ type }) => type === kind)?.value;
  return { group: of('group') ?? ',', decimal: of('decimal') ?? '.' };
}

function escaped(sign: string): string {
  return /\s/.test(sign) ? '\\s' : `\\${sign}`;
}
