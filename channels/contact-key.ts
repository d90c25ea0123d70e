import { createHash } from 'node:crypto';
import type { Address, ContactKey } from './brands.ts';
import { ParlanceError } from './error.ts';

export class AddressError extends ParlanceError {
  constructor(text: string) {
    super(
      'address-invalid',
      `"${text}" is no address: write tel:+12125550123 (or +12125550123), mailto:ana@example.org (or ana@example.org), or webchat:ID`,
    );
  }
}

const SCHEME = /^([a-z][a-z0-9+.-]*):(.+)$/i;

/**
 * Brings what people write to one form, so that two gateways derive the same contact key without talking: a phone
 * number in E.164 with its separators removed, an e-mail address in lower case.
 */
export function parseAddress(text: string): Address {
  const trimmed = text.trim();
  const match = SCHEME.exec(trimmed);
  const [scheme, value] = match ? [(match[1] ?? '').toLowerCase(), match[2] ?? ''] : ['', trimmed];
  if (scheme === 'tel' || (scheme === '' && /^\+[^@]*$/.test(value))) {
    const digits = value.replaceAll(/[\s().-]/g, '');
    if (/^\+[1-9]\d{5,14}$/.test(digits)) return `tel:${digits}` as Address;
  } else if (scheme === 'mailto' || scheme === '') {
    if (/^[^\s@]+@[^\s@]+$/.test(value)) return `mailto:${value.toLowerCase()}` as Address;
  } else if (/^[\w.~+/=-]+$/.test(value)) {
    return `${scheme}:${value}` as Address;
  }
  throw new AddressError(text);
}

/** As `parseAddress`; undefined where the text is none. */
export function addressOf(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) return undefined;
    throw error;
  }
}

/** The part before the colon: chooses the connector. */
export function schemeOf(address: Address): string {
  return address.slice(0, address.indexOf(':'));
}

/** Of people who do not exist: addresses of the connector `probe`. */
export const PROBE_SCHEME = 'probe';

/** How the keys of people begin who do not exist: whoever counts people can leave them out by any of their events. */
export const PROBE_CONTACT_PREFIX = 'c-probe-';

/** Of these, those for whom a test answers in the place of data sources: `probe:4f1c.1.scripted`. */
const SCRIPTED_ADDRESS = /\.scripted(\.|$)/;
const SCRIPTED_CONTACT_PREFIX = `${PROBE_CONTACT_PREFIX}scripted-`;

/** Of these, those who read what another connector would say: `probe:4f1c.1.as-sms`. */
const LIKENESS = /\.as-(sms|email|webchat)(?:\.|$)/;

/** The connector whose texts a person reads, and by which expressions know them. */
export function apparentConnector(connector: string, to: string): string {
  return to.startsWith(`${PROBE_SCHEME}:`) ? (LIKENESS.exec(to)?.[1] ?? connector) : connector;
}

export function isProbeContact(contact: string | undefined): boolean {
  return contact?.startsWith(PROBE_CONTACT_PREFIX) === true;
}

/** What is about people who do not exist concerns nobody else: a test starts and moves no real person's conversation. */
export function mayReach(about: string | undefined, contact: ContactKey): boolean {
  return !isProbeContact(about) || isProbeContact(contact);
}

/** No data source is to be asked about them: whoever made them up states the answers. */
export function isScriptedContact(contact: string | undefined): boolean {
  return contact?.startsWith(SCRIPTED_CONTACT_PREFIX) === true;
}

export function isContactKey(text: string): text is ContactKey {
  return /^c-(?:probe-(?:scripted-)?)?[0-9a-f]{32}$/.test(text);
}

/** Derived from the first address seen: 128 bits of its SHA-256, so that logs and topics do not carry the address. */
export function contactKeyOf(address: Address): ContactKey {
  const hash = createHash('sha256').update(address).digest('hex').slice(0, 32);
  return `${prefixOf(address)}${hash}` as ContactKey;
}

function prefixOf(address: Address): string {
  if (schemeOf(address) !== PROBE_SCHEME) return 'c-';
  return SCRIPTED_ADDRESS.test(address) ? SCRIPTED_CONTACT_PREFIX : PROBE_CONTACT_PREFIX;
}
