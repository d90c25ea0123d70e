import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';

/** ISO 3166: where numbers without `+` belong. */
export function isCountry(code: string): code is CountryCode {
  return isSupportedCountry(code);
}

/** E.164; undefined where the length is wrong, or without `+` and a country. What programs send is taken as it is. */
export function parsePhone(text: string, country: string | undefined): string | undefined {
  const number = phoneOf(text, country);
  return number?.isPossible() ? number.number : undefined;
}

/** A number that people can have in its country: a wrong digit costs a person a call that never comes. */
export function readPhone(text: string, country: string | undefined): string | undefined {
  const number = phoneOf(text, country);
  return number?.isValid() ? number.number : undefined;
}

function phoneOf(text: string, country: string | undefined) {
  const defaultCountry = country !== undefined && isCountry(country) ? { defaultCountry: country } : {};
  return parsePhoneNumberFromString(text.trim(), { ...defaultCountry, extract: false });
}

/** In what people write there is exactly one address; its domain in small letters. */
export function readEmail(text: string): string | undefined {
  const found = text.match(/[^\s@<>,;:()[\]"]+@[^\s@<>,;:()[\]"]+/g) ?? [];
  const [only = '', ...more] = found;
  return more.length === 0 ? parseEmail(only.replace(/[.!?]+$/, '')) : undefined;
}

/** The longest that mail servers take. */
const MAX_EMAIL_CHARACTERS = 254;

export function parseEmail(text: string): string | undefined {
  const [, local, domain] = /^([^\s@<>]+)@([^\s@<>.]+(?:\.[^\s@<>.]+)+)$/.exec(text) ?? [];
  if (local === undefined || domain === undefined || text.length > MAX_EMAIL_CHARACTERS) return undefined;
  return `${local}@${domain.toLowerCase()}`;
}
