import { Readable } from 'node:stream';
import type { ContactKey, EventId, TenantName } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import { contactState } from '../../dsl/correlation.ts';
import type { KeptVars } from '../../dsl/scenario/live/comparison.ts';
import { readState } from '../history/read-state.ts';
import type { HistoryStore } from '../history/read.ts';
import { HTTP_ERROR_CODES } from '../http/problem.ts';
import { quoteText } from '../store/quote.ts';
import { refusalIn } from '../store/sql/platform-refusal.ts';
import { RefusedError, TargetError, type Abilities, type SentEvent, type Target } from './target.ts';

/** Above what the store's mark waits, so that the platform's own answer comes first. */
const ANSWER_WITHIN_MS = 40_000;

/** Clocks here and there may differ by it. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** What is wrong with a request's content. */
const OF_WHAT_WAS_SENT: readonly number[] = [400, 413, 422];

export interface HttpTargetOptions {
  /** Of the platform, with or without a slash at the end. */
  readonly url: string;
  readonly tenant: TenantName;
  /** With the scopes `events:write`, `messages:write` and `sql:read`; not needed on this machine without any key. */
  readonly key: string | undefined;
  /** Aborted: what is under way rejects. */
  readonly signal?: AbortSignal;
}

const AS_HISTORY = {
  default_format: 'JSONEachRow',
  output_format_json_quote_64bit_integers: '0',
  date_time_output_format: 'iso',
};

interface StoredRow {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly contact: string;
  readonly conversation: string;
  readonly causation: string;
  readonly time: string;
  readonly data: string;
}

export class HttpTarget implements Target {
  readonly #options: HttpTargetOptions;

  readonly #history: HistoryStore;

  constructor(options: HttpTargetOptions) {
    this.#options = options;
    this.#history = {
      rows: async <Row>(sql: string, parameters?: Readonly<Record<string, string>>) =>
        rowsIn(await this.#sql(sql, { ...AS_HISTORY, ...given(parameters) })) as readonly Row[],
      ask: async ({ sql, settings, parameters }) =>
        Readable.from([Buffer.from(await this.#sql(sql, { ...settings, ...given(parameters) }))]),
    };
  }

  async send(event: SentEvent): Promise<void> {
    const body = JSON.stringify({ specversion: '1.0', ...event });
    await this.#ask('channels/external/events', { body, contentType: 'application/cloudevents+json' });
  }

  async write(message: Parameters<Target['write']>[0]): Promise<void> {
    await this.#ask('probe/messages', { body: JSON.stringify(message) });
  }

  async report(receipt: Parameters<Target['report']>[0]): Promise<void> {
    await this.#ask('probe/receipts', { body: JSON.stringify(receipt) });
  }

  async state(statement: Parameters<Target['state']>[0]): Promise<void> {
    await this.#ask('probe/statements', { body: JSON.stringify(statement) });
  }

  /** A platform of before that could be has no such address. */
  async abilities(): Promise<Abilities> {
    try {
      const { timePasses, describesPeople } = JSON.parse(await this.#ask('probe', {})) as Partial<Abilities>;
      return { timePasses: timePasses === true, describesPeople: describesPeople === true };
    } catch (error) {
      const isUnknown = error instanceof TargetError && error.code === 'route-unknown';
      if (isUnknown) return { timePasses: false, describesPeople: false };
      throw error;
    }
  }

  async inForce(definition: string): Promise<string | undefined> {
    const name = quoteText(definition);
    const [newest] = await this.#rows<{ readonly kind: string; readonly machine: string }>(
      `SELECT kind, machine FROM definitions
       WHERE definition = ${name} AND kind IN ('publish', 'retire')
         OR kind = 'activate' AND machine IN (SELECT machine FROM definitions WHERE definition = ${name})
       ORDER BY published DESC LIMIT 1`,
    );
    return newest?.kind === 'retire' ? undefined : newest?.machine;
  }

  async settled(): Promise<void> {
    await this.#ask('mark', {});
  }

  async events(contacts: readonly ContactKey[], sinceMs: number): Promise<readonly Event[]> {
    const rows = await this.#rows<StoredRow>(
      `SELECT id, type, source, contact, conversation, causation, data,
              formatDateTime(time, '%Y-%m-%dT%H:%i:%S.%fZ') AS time
       FROM probe_events AS e
       WHERE contact IN (${contacts.map(quoteText).join(', ')}) AND e.time >= ${since(sinceMs)}
       ORDER BY e.time, sequence, id`,
    );
    return rows.map(eventOf);
  }

  /** Made again from the store, where its hash tells that the engine had the same. */
  async vars(contacts: readonly ContactKey[]): Promise<KeptVars> {
    const pasts = await Promise.all(contacts.map((contact) => readState(this.#history, contact, Infinity)));
    const problem = pasts.find((past) => past?.mismatch !== undefined)?.mismatch;
    if (problem !== undefined) return { problem };
    const open = pasts.flatMap((past) => contactState(past?.last.after)?.conversations ?? []);
    const newest = open.sort((one, other) => one.startedAt - other.startedAt).at(-1);
    return { vars: newest?.frames.at(-1)?.vars };
  }

  async rejections(ids: readonly string[], sinceMs: number): Promise<readonly string[]> {
    if (ids.length === 0) return [];
    const rows = await this.#rows<{ readonly reason: string }>(
      `SELECT concat(JSONExtractString(data, 'definition'), ': ', JSONExtractString(data, 'reason')) AS reason FROM events
       WHERE type = 'external.rejected' AND time >= ${since(sinceMs)}
         AND JSONExtractString(data, 'event') IN (${ids.map(quoteText).join(', ')})
       UNION ALL
       SELECT concat(JSONExtractString(data, 'definition'), ': ', JSONExtractString(data, 'reason')) FROM probe_events
       WHERE type = 'external.rejected' AND time >= ${since(sinceMs)}
         AND JSONExtractString(data, 'event') IN (${ids.map(quoteText).join(', ')})`,
    );
    return [...new Set(rows.map(({ reason }) => reason))];
  }

  async #rows<Row>(statement: string): Promise<readonly Row[]> {
    return rowsIn(await this.#sql(statement, { default_format: 'JSONEachRow' })) as readonly Row[];
  }

  #sql(statement: string, settings: Readonly<Record<string, string>>): Promise<string> {
    return this.#ask(`sql?${new URLSearchParams(settings).toString()}`, { body: statement });
  }

  /** A GET without a body. */
  async #ask(path: string, { body, contentType }: { body?: string; contentType?: string }): Promise<string> {
    const { url, tenant, key, signal } = this.#options;
    const address = new URL(`v1/tenants/${tenant}/${path}`, url.endsWith('/') ? url : `${url}/`);
    let response: Response;
    let text: string;
    try {
      response = await fetch(address, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...(body !== undefined && { 'content-type': contentType ?? 'application/json' }),
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
        ...(body !== undefined && { body }),
        signal: AbortSignal.any([AbortSignal.timeout(ANSWER_WITHIN_MS), ...(signal ? [signal] : [])]),
      });
      text = await response.text();
    } catch (cause) {
      throw new TargetError('platform-unreachable', `${url} does not answer`, { cause });
    }
    if (response.ok) return text;
    throw refusal(text, response.status, `${address.pathname}: ${response.status}`);
  }
}

/** The problem that the platform states, or what else it said. */
function refusal(text: string, status: number, otherwise: string): TargetError {
  const refused = refusalIn(text, HTTP_ERROR_CODES);
  if (refused) return new TargetError(refused.code, refused.message);
  try {
    const { code, detail } = JSON.parse(text) as { readonly code?: unknown; readonly detail?: unknown };
    if (typeof code === 'string' && typeof detail === 'string') {
      return OF_WHAT_WAS_SENT.includes(status) ? new RefusedError(code, detail) : new TargetError(code, detail);
    }
  } catch {
    // ClickHouse's own message, or a proxy's page.
  }
  return new TargetError('platform-unreachable', `${otherwise} ${text.trim().slice(0, 500)}`);
}

function rowsIn(text: string): readonly unknown[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as unknown);
}

/** As ClickHouse takes the parameters of a statement. */
function given(parameters: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [`param_${name}`, value]));
}

function since(ms: number): string {
  return `toDateTime64(${((ms - CLOCK_SKEW_MS) / 1_000).toFixed(3)}, 3, 'UTC')`;
}

function eventOf({ id, type, source, contact, conversation, causation, time, data }: StoredRow): Event {
  return {
    specversion: '1.0',
    ...{ id: id as EventId, source, type, time, data: JSON.parse(data) as unknown },
    subject: contact,
    ...(conversation === '' ? {} : { correlationid: conversation }),
    ...(causation === '' ? {} : { causationid: causation }),
  };
}
