/**
 * Asks customers' HTTP APIs what conversations want to know: answers each `data.requested` that has `http` with one
 * `data.received` or `data.failed`. A question that comes again after a crash may be asked again; its answer has the
 * same id.
 */
import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import type { ContactKey } from '../../channels/brands.ts';
import { isScriptedContact } from '../../channels/contact-key.ts';
import { EventError } from '../../channels/event-errors.ts';
import { derivedId } from '../derived-id.ts';
import type { ConnectorHost, Gateway } from '../port.ts';
import { AddressGuard, guardedConnector, type Resolve } from './addresses.ts';
import { AnswerCache, cacheKeyOf } from './answer-cache.ts';
import { exchange } from './exchange.ts';
import { failed, type Failure, type Outcome } from './failure.ts';
import {
  DEFAULT_TIMEOUT_MS,
  MAX_CACHE_MS,
  MAX_HEADER_BYTES,
  MAX_REQUEST_AGE_MS,
  MAX_TIMEOUT_MS,
  MIN_TIMEOUT_MS,
  STOP_GRACE_MS,
} from './limits.ts';
import { Lookups } from './lookups.ts';
import { prepare, type DataRequest, type HttpQuestion, type PreparedRequest, type SecretReader } from './question.ts';
import { pauseBefore, retriesOf } from './retry.ts';
import { Slots } from './slots.ts';

const CONNECTOR_NAME = 'http-data';

/** Of all tenants of the process, as its threads are. */
const SYSTEM = new Lookups((hostname) => lookup(hostname, { all: true }));

export interface HttpDataOptions {
  /** The tenant's. */
  readonly secrets: SecretReader;
  /** Networks that may be asked although they are not public, in CIDR notation. */
  readonly allowedNetworks: readonly string[];
  /** Of one answer; what makes no event of at most 256 KiB is refused in any case. */
  readonly maxResponseBytes: number;
  /** Attempts at a time. */
  readonly maxConcurrent: number;
  readonly maxConcurrentPerHost: number;
  /** Default: the system's. */
  readonly resolve?: Resolve;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Waits before a retry; rejects once the signal is aborted. */
  readonly pause?: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

export function createHttpDataConnector(host: ConnectorHost, options: HttpDataOptions): Gateway {
  const asking = new Asking(host, options);
  return {
    name: CONNECTOR_NAME,
    routes: [],
    upgrades: [],
    follows: [
      {
        channel: 'data',
        types: ['data.requested'],
        remembered: true,
        // Questions are independent: a slow source delays no other, not even the same person's.
        lane: ({ id }) => id,
        take: (event, stopping) => asking.answer(event as DataRequest, stopping),
      },
    ],
    start: () => Promise.resolve(),
    stop: () => asking.close(),
  };
}

interface Asked {
  readonly outcome: Outcome;
  readonly attempts: number;
}

class Asking {
  readonly #host: ConnectorHost;
  readonly #options: HttpDataOptions;
  readonly #agent: Agent;
  readonly #slots: Slots;
  readonly #cache = new AnswerCache();

  constructor(host: ConnectorHost, options: HttpDataOptions) {
    this.#host = host;
    this.#options = options;
    this.#slots = new Slots(options.maxConcurrent, options.maxConcurrentPerHost);
    this.#agent = new Agent({
      connect: guardedConnector(
        new AddressGuard(options.allowedNetworks),
        options.resolve ?? ((hostname) => SYSTEM.addressesOf(hostname)),
      ),
      connections: options.maxConcurrentPerHost,
      pipelining: 1,
      maxHeaderSize: MAX_HEADER_BYTES,
      // One limit on the whole attempt takes their place.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async answer(request: DataRequest, stopping: AbortSignal): Promise<void> {
    const { http } = request.data;
    if (isScriptedContact(request.subject)) return;
    if (http) await this.#state(request, await this.#ask(request, http, stopping));
  }

  async #ask(request: DataRequest, http: HttpQuestion, stopping: AbortSignal): Promise<Asked> {
    if (this.#host.now() - Date.parse(request.time) > MAX_REQUEST_AGE_MS) {
      return { outcome: failed('data-timed-out', 'The question waited for more than a day.'), attempts: 0 };
    }
    const result = await prepare(http, request.data.request, this.#options.secrets);
    if ('failure' in result) return { outcome: result, attempts: 0 };
    const { prepared } = result;
    const cacheMs = Math.min(http.cacheMs ?? 0, MAX_CACHE_MS);
    const key = cacheMs > 0 ? cacheKeyOf(prepared) : undefined;
    const known = key === undefined ? undefined : this.#cache.find(key, cacheMs, this.#host.now());
    if (known) return { outcome: { answer: known }, attempts: 0 };
    const asked = await this.#tryAgainAndAgain(prepared, http, stopping);
    if (key !== undefined && 'answer' in asked.outcome) this.#cache.keep(key, asked.outcome.answer, this.#host.now());
    return asked;
  }

  async #tryAgainAndAgain(prepared: PreparedRequest, http: HttpQuestion, stopping: AbortSignal): Promise<Asked> {
    const { random = Math.random, pause = pauseFor } = this.#options;
    const retries = retriesOf(http);
    for (let attempts = 1; ; attempts++) {
      const outcome = await this.#attempt(prepared, timeoutOf(http), stopping);
      if ('answer' in outcome) return { outcome, attempts };
      const pauseMs = pauseBefore(outcome.failure, attempts, retries, random);
      if (pauseMs === undefined) return { outcome, attempts };
      await pause(pauseMs, stopping);
    }
  }

  /** The slot is held for the attempt only, not over pauses. */
  async #attempt(prepared: PreparedRequest, timeoutMs: number, stopping: AbortSignal): Promise<Outcome> {
    const giveBack = await this.#slots.take(prepared.url.origin, stopping);
    const { signal, cancel } = afterGrace(stopping);
    try {
      const { maxResponseBytes } = this.#options;
      const now = (): number => this.#host.now();
      return await exchange(prepared, { agent: this.#agent, maxResponseBytes, timeoutMs, signal, now });
    } finally {
      cancel();
      giveBack();
    }
  }

  async #state(cause: DataRequest, { outcome, attempts }: Asked): Promise<void> {
    const { request, source } = cause.data;
    if ('failure' in outcome) {
      await this.#stateFailure(cause, outcome.failure, attempts);
      return;
    }
    const { value, status } = outcome.answer;
    try {
      await this.#publish('data.received', cause, { request, source, value, status, attempts });
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      const isLarge = error.code === 'event-too-large';
      const code = isLarge ? 'data-too-large' : 'data-malformed';
      const reason = isLarge ? 'It is too large for an event.' : 'It can not be kept as an event.';
      await this.#stateFailure(cause, failed(code, reason, { status }).failure, attempts);
    }
  }

  async #stateFailure(cause: DataRequest, failure: Failure, attempts: number): Promise<void> {
    const { request, source } = cause.data;
    const { code, reason, permanent, status } = failure;
    this.#host.log.warn({ request, source, code, status, attempts }, 'a data source gave no usable answer');
    const told = { code, reason, permanent, ...(status !== undefined && { status }) };
    await this.#publish('data.failed', cause, { request, source, ...told, attempts });
  }

  /** One id for both kinds of answer: whoever has one takes no second. */
  #publish(type: 'data.received' | 'data.failed', cause: DataRequest, data: object): Promise<void> {
    const { id, subject, partitionkey = id, correlationid } = cause;
    return this.#host.publish('data', {
      ...{ type, data },
      id: derivedId('answer', id),
      contact: (subject ?? partitionkey) as ContactKey,
      causationid: id,
      ...(correlationid !== undefined && { correlationid }),
    });
  }
}

function timeoutOf({ timeoutMs = DEFAULT_TIMEOUT_MS }: HttpQuestion): number {
  return Math.min(Math.max(timeoutMs, MIN_TIMEOUT_MS), MAX_TIMEOUT_MS);
}

function pauseFor(delayMs: number, signal: AbortSignal): Promise<void> {
  return sleep(delayMs, undefined, { signal });
}

/** Aborted a little after `stopping`: an attempt under way mostly still gets its answer. */
function afterGrace(stopping: AbortSignal): { readonly signal: AbortSignal; readonly cancel: () => void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    timer = setTimeout(() => {
      controller.abort(stopping.reason);
    }, STOP_GRACE_MS);
  };
  stopping.addEventListener('abort', stop, { once: true });
  if (stopping.aborted) stop();
  return {
    signal: controller.signal,
    cancel: () => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', stop);
    },
  };
}
