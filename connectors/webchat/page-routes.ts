/** The page itself: static files and the route that gives a browser its session. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Address } from '../../channels/brands.ts';
import type { HttpRoute, HttpRouteRequest, HttpRouteResponse } from '../port.ts';
import { MAX_TEXT_CHARACTERS } from './limits.ts';
import { addressOf, cookieFor, newToken, originAllowed, tokenIn } from './session.ts';

const PAGE_FOLDER = new URL('./page/', import.meta.url);

const FILES = {
  'index.html': 'text/html; charset=utf-8',
  'chat.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'chat.js': 'text/javascript; charset=utf-8',
  'connection.js': 'text/javascript; charset=utf-8',
  'outbox.js': 'text/javascript; charset=utf-8',
  'view.js': 'text/javascript; charset=utf-8',
  'composer.js': 'text/javascript; charset=utf-8',
  'reading.js': 'text/javascript; charset=utf-8',
  'message.js': 'text/javascript; charset=utf-8',
  'media.js': 'text/javascript; charset=utf-8',
};

/** Nothing from elsewhere but the pictures of messages, nothing inline, in no frame. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

export function pageRoutes(basePath: string): readonly HttpRoute[] {
  const files = Object.entries(FILES).map(([name, contentType]) =>
    fileRoute(
      `${basePath}/${name === 'index.html' ? '' : name}`,
      readFileSync(new URL(name, PAGE_FOLDER)),
      contentType,
    ),
  );
  // Relative, so that it holds behind a proxy that adds a prefix.
  const headers = { ...SECURITY_HEADERS, location: `${basePath.slice(basePath.lastIndexOf('/') + 1)}/` };
  return [...files, { method: 'GET', path: basePath, handle: () => ({ status: 308, headers, body: '' }) }];
}

function fileRoute(path: string, body: Buffer, contentType: string): HttpRoute {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const headers = { ...SECURITY_HEADERS, etag, 'cache-control': 'no-cache' };
  return {
    method: 'GET',
    path,
    handle: (request) =>
      request.headers['if-none-match'] === etag
        ? { status: 304, headers, body: '' }
        : { status: 200, headers: { ...headers, 'content-type': contentType }, body },
  };
}

export interface SessionRouteOptions {
  readonly path: string;
  readonly cookiePath: string;
  readonly title: string;
  readonly allowedOrigins: readonly string[];
  readonly randomBytes: (size: number) => Buffer;
  has(address: Address): boolean;
  /** Milliseconds until another session may be issued; 0 = now. */
  take(): number;
  issue(address: Address): Promise<void>;
}

/** `POST …/session`: the browser's session, a new one where it has none. Answers with its address, never the token. */
export function sessionRoute(options: SessionRouteOptions): HttpRoute {
  const answer = (address: Address, token: string, secure: boolean): HttpRouteResponse =>
    json(
      200,
      { address, title: options.title, maxTextCharacters: MAX_TEXT_CHARACTERS },
      {
        'set-cookie': cookieFor(token, options.cookiePath, secure),
      },
    );
  return {
    method: 'POST',
    path: options.path,
    async handle(request: HttpRouteRequest) {
      const { origin, host, cookie } = request.headers;
      if (!originAllowed({ origin, host }, options.allowedOrigins)) {
        return json(403, { code: 'origin-refused', reason: 'Open the chat page itself.' });
      }
      const secure = origin?.startsWith('https:') ?? false;
      const known = tokenIn(cookie);
      if (known !== undefined && options.has(addressOf(known))) return answer(addressOf(known), known, secure);
      const waitMs = options.take();
      if (waitMs > 0) {
        const seconds = Math.ceil(waitMs / 1000).toString();
        return json(429, { code: 'too-many-sessions', reason: 'Try again shortly.' }, { 'retry-after': seconds });
      }
      const token = newToken(options.randomBytes);
      await options.issue(addressOf(token));
      return answer(addressOf(token), token, secure);
    },
  };
}

function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): HttpRouteResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}
