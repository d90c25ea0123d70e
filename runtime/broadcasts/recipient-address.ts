import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/max';
import type { Address } from '../../channels/brands.ts';
import { AddressError, parseAddress, schemeOf } from '../../channels/contact-key.ts';

/** Why an address can not be used; the message is for the person who made the file. */
export class RecipientError extends Error {}

/** `country`: ISO 3166 code that numbers without `+` belong to. Throws RecipientError. */
export function phoneAddress(text: string, country: string | undefined): Address {
  const number = parsePhoneNumberFromString(text, country as CountryCode | undefined);
  if (number?.isValid() === true) return `tel:${number.number}` as Address;
  const isNational = !text.trim().startsWith('+') && country === undefined;
  const remedy = isNational ? ': write it with + and the country code, or name the country' : '';
  throw new RecipientError(`"${text}" is no valid phone number${remedy}`);
}

/** Throws RecipientError. */
export function emailAddress(text: string): Address {
  const address = anyAddress(text.startsWith('mailto:') ? text : `mailto:${text}`, undefined);
  if (/^mailto:[^@\s]+@[^@\s]+\.[^@\s.]+$/.test(address)) return address;
  throw new RecipientError(`"${text}" is no e-mail address`);
}

/** Phone number, e-mail address or `scheme:…`. Throws RecipientError. */
export function anyAddress(text: string, country: string | undefined): Address {
  try {
    const address = parseAddress(text);
    return schemeOf(address) === 'tel' ? phoneAddress(address.slice('tel:'.length), country) : address;
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    if (/^[\d\s().-]+$/.test(text)) return phoneAddress(text, country);
    throw new RecipientError(`"${text.replace(/^mailto:/, '')}" is no address`);
  }
}
