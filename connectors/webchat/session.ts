/**
 * Who a browser is. The token is 256 random bits that only the browser keeps, in a cookie no script can read; the
 * address is a hash of it. Knowing an address (it is in events and logs) therefore opens nothing.
 */
import { createHash } from 'node:crypto';
import type { Address } from '../../channels/brands.ts';

const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export const SESSION_COOKIE = 'parlance_chat';

/** Longest that a browser keeps the cookie: 400 days is the most that browsers allow. */
const COOKIE_MAX_AGE_S = 400 * 24 * 60 * 60;

export function newToken(randomBytes: (size: number) => Buffer): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** 128 bits of the token's SHA-256. */
export function addressOf(token: string): Address {
  return `webchat:${createHash('sha256').update(`webchat-address:${token}`).digest('hex').slice(0, 32)}` as Address;
}

/** The well-formed token in a `Cookie` header, if there is exactly one. */
export function tokenIn(cookieHeader: string | undefined): string | undefined {
  const tokens = (cookieHeader ?? '')
    .split(';')
    .map((pair) => pair.trim().split('='))
    .filter(([name]) => name === SESSION_COOKIE)
    .map(([, value]) => value ?? '');
  const [token] = tokens;
  return tokens.length === 1 && token !== undefined && TOKEN.test(token) ? token : undefined;
}

/** `secure` where the page came over https. */
export function cookieFor(token: string, path: string, secure: boolean): string {
  const attributes = [`Path=${path}`, `Max-Age=${COOKIE_MAX_AGE_S.toString()}`, 'HttpOnly', 'SameSite=Strict'];
  return [`${SESSION_COOKIE}=${token}`, ...attributes, ...(secure ? ['Secure'] : [])].join('; ');
}

/**
 * Whether a browser's request comes from our own page: its `Origin` names the host that it asks, or one of those
 * allowed. Browsers always send it on a WebSocket and on a POST; nothing else has business here.
 */
export function originAllowed(
  headers: { readonly origin?: string | undefined; readonly host?: string | undefined },
  allowed: readonly string[],
): boolean {
  if (headers.origin === undefined) return false;
  if (allowed.includes(headers.origin)) return true;
  if (!URL.canParse(headers.origin)) return false;
  const { protocol, host } = new URL(headers.origin);
  return /^https?:$/.test(protocol) && host === headers.host?.toLowerCase();
}
