import { Agent, request } from 'undici';
import { BrokerError, type BrokerErrorCode } from '../errors.ts';

export interface RestOptions {
  /** `http://pulsar.example:8080` */
  readonly adminUrl: string;
  /** Bearer token, where the broker authenticates. */
  readonly token?: string | undefined;
}

export interface RestCall {
  /** A value to send as JSON, or JSON text already (positions exceed what a JavaScript number holds). */
  readonly body?: unknown;
  readonly json?: string;
  /** Statuses that are an answer, not an error. 2xx always is. */
  readonly accept?: readonly number[];
  /** What was asked for, for the message: `creating tenant acme`. */
  readonly purpose: string;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Longest wait for an answer's beginning. Creating many partitions takes seconds. */
const ANSWER_TIMEOUT_MS = 30_000;

/** A broker sends a caller on to the topic's owner; more hops than this is a loop. */
const MAX_REDIRECTS = 5;

/** One client for the REST API of a broker or of a cluster; keeps its connections open until `close`. */
export class RestClient {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent = new Agent({ headersTimeout: ANSWER_TIMEOUT_MS, bodyTimeout: ANSWER_TIMEOUT_MS });
  #closed = false;

  constructor({ adminUrl, token }: RestOptions) {
    this.#base = `${adminUrl.replace(/\/+$/, '')}/admin/v2/`;
    this.#headers = {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
  }

  /** Rejects with BrokerError: `broker-closed`, `broker-unreachable`, `topic-missing` or `broker-refused`. */
  async call(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, call: RestCall): Promise<RestAnswer> {
    if (this.#closed) throw new BrokerError('broker-closed', `the broker was closed before ${call.purpose}`);
    const body = call.json ?? (call.body === undefined ? null : JSON.stringify(call.body));
    let url = new URL(path, this.#base);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const answer = await this.#once(method, url, body, call.purpose);
      // Followed by hand: the owner needs the token too, which fetch would drop on the way to another host.
      if (answer.location !== undefined) url = new URL(answer.location, url);
      else if (isSuccess(answer.status) || call.accept?.includes(answer.status)) return answer;
      else throw refusal(answer, call.purpose);
    }
    throw new BrokerError('broker-refused', `${call.purpose}: the broker sends from one address to the next`);
  }

  async #once(method: string, url: URL, body: string | null, purpose: string): Promise<Redirectable> {
    try {
      const response = await request(url, { method, body, headers: this.#headers, dispatcher: this.#agent });
      const text = await response.body.text();
      const { location } = response.headers;
      const redirected = response.statusCode >= 300 && response.statusCode < 400 && typeof location === 'string';
      return { status: response.statusCode, body: parsed(text), location: redirected ? location : undefined };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new BrokerError('broker-unreachable', `${purpose}: no answer from ${url.origin} (${reason})`, { cause });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#agent.close();
  }
}

interface Redirectable extends RestAnswer {
  readonly location: string | undefined;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Some answers are plain text (`ok`, `4.2.4`), a few carry no body. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The one place where the REST API's answers become errors. */
function refusal({ status, body }: RestAnswer, purpose: string): BrokerError {
  const said = hasReason(body) ? body.reason : String(body);
  const code = codeOf(status, said);
  const advice = status === 401 || status === 403 ? '; check the token and the permissions of its role' : '';
  return new BrokerError(code, `${purpose}: the broker answered ${status.toString()}: ${said.slice(0, 500)}${advice}`);
}

function codeOf(status: number, said: string): BrokerErrorCode {
  if (status === 404 && /topic|partition/i.test(said)) return 'topic-missing';
  // 429 and 5xx pass by themselves: a topic that is moving to another broker, a broker that is starting.
  if (status === 429 || status >= 500) return 'broker-unreachable';
  return 'broker-refused';
}

function hasReason(body: unknown): body is { readonly reason: string } {
  return typeof body === 'object' && body !== null && 'reason' in body && typeof body.reason === 'string';
}
