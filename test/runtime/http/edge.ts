import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { request, type Dispatcher } from 'undici';
import type { TenantName } from '../../../channels/brands.ts';
import type { Event } from '../../../channels/event.ts';
import { createMetrics } from '../../../runtime/http/metrics.ts';
import type { ProblemDocument } from '../../../runtime/http/problem.ts';
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../../../runtime/http/server.ts';
import { openFileKeyStore } from '../../../runtime/keys/file-store.ts';
import type { Scope } from '../../../runtime/keys/key.ts';
import type { KeyStore } from '../../../runtime/keys/store.ts';
import { createLog } from '../../../runtime/log.ts';

export const ACME: TenantName = 'acme' as TenantName;
export const OTHER: TenantName = 'other' as TenantName;

/** A server on a free loopback port with two tenants, real keys, and a list in the broker's place. */
export interface Edge {
  readonly server: HttpServer;
  readonly keys: KeyStore;
  readonly url: string;
  readonly published: { readonly tenant: TenantName; readonly event: Event }[];
  /** The log, as it was written. */
  readonly logged: string[];
  createKey(tenant: TenantName, scopes?: readonly Scope[]): Promise<string>;
  send(path: string, options?: RequestOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface RequestOptions {
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer | Readable;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  json(): unknown;
  problem(): ProblemDocument;
}

export async function openEdge(overrides: Partial<HttpServerOptions> = {}): Promise<Edge> {
  const folder = mkdtempSync(join(tmpdir(), 'parlance-edge-'));
  const keys = openFileKeyStore(folder);
  const published: { tenant: TenantName; event: Event }[] = [];
  const logged: string[] = [];
  const server = createHttpServer({
    keys,
    tenants: { has: (tenant) => tenant === ACME || tenant === OTHER },
    publisher: {
      publishExternal: (tenant, events) => {
        published.push(...events.map((event) => ({ tenant, event })));
        return Promise.resolve();
      },
    },
    connectors: () => [],
    readiness: [],
    metrics: createMetrics(),
    log: createLog({ level: 'debug', format: 'json', output: { write: (line) => logged.push(line) } }),
    now: () => Date.parse('2026-03-06T14:00:00Z'),
    ...overrides,
  });
  const port = await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${port.toString()}`;
  return {
    server,
    keys,
    url,
    published,
    logged,
    createKey: async (tenant, scopes = ['events:write']) => (await keys.create({ tenant, name: 'test', scopes })).token,
    send: (path, options) => send(url + path, options),
    async close() {
      await server.close(0);
      rmSync(folder, { recursive: true });
    },
  };
}

async function send(url: string, options: RequestOptions = {}): Promise<Answer> {
  const { statusCode, headers, body } = await request(url, options);
  const text = await body.text();
  return {
    status: statusCode,
    headers,
    text,
    json: () => JSON.parse(text) as unknown,
    problem: () => JSON.parse(text) as ProblemDocument,
  };
}

export const EVENTS = '/v1/tenants/acme/channels/external/events';

/** A structured event; `undefined` takes an attribute away. */
export function structured(changes: Readonly<Record<string, unknown>> = {}): RequestOptions {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify({ ...BOOKED, ...changes }),
  };
}

export const BOOKED = {
  specversion: '1.0',
  id: 'b-1',
  source: 'https://clinic.example/bookings',
  type: 'com.clinic.appointment.booked',
  time: '2026-03-06T09:00:00.5-05:00',
  data: { id: 'a1' },
};
