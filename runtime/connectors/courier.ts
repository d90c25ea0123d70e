/** Brings one request to its connector: again and again until it is handed over, or has failed for good. */
import type { ContactKey } from '../../channels/brands.ts';
import { contactKeyOf, schemeOf } from '../../channels/contact-key.ts';
import { EventError } from '../../channels/event-errors.ts';
import { derivedId } from '../../connectors/derived-id.ts';
import type { Connector, ConnectorHost, MessageRequest } from '../../connectors/port.ts';
import { BrokerError } from '../broker/errors.ts';
import type { Clock } from '../clock.ts';
import { FIRST_RETRY_MS, MAX_ATTEMPTS, MAX_REQUEST_AGE_MS, MOST_RETRY_MS } from './limits.ts';
import { backoff, type StopSignal } from './stop-signal.ts';
import type { Tally } from './tally.ts';

export interface CourierOptions {
  readonly host: ConnectorHost;
  /** Undefined: nobody serves these requests. */
  readonly connector: Connector | undefined;
  /** Whether an event with this id was stated, by an earlier life of the process too. */
  readonly isStated: (id: string) => boolean;
  readonly clock: Clock;
  readonly signal: StopSignal;
  readonly tally: Tally;
}

interface Failure {
  readonly code: 'no-connector' | 'too-late' | 'gave-up';
  readonly reason: string;
  readonly permanent: boolean;
}

export class Courier {
  readonly #options: CourierOptions;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /**
   * Resolves true once it is settled either way, false where the host stops first. Never rejects. `putAside`: takes a
   * request that failed and is so malformed that its failure can not be stated.
   */
  async bring(request: MessageRequest, putAside: (cause: unknown) => Promise<void>): Promise<boolean> {
    const { signal, clock, tally, host } = this.#options;
    let attempts = 0;
    for (let failures = 0; ;) {
      if (signal.isStopped()) return false;
      try {
        const failure =
          this.#failedBefore(request) ??
          this.#hopeless(request) ??
          (attempts >= MAX_ATTEMPTS ? gaveUp(attempts) : undefined);
        if (failure) await this.#fail(request, failure, putAside);
        else await this.#options.connector?.deliver(request);
        if (failure) tally.failed++;
        else tally.delivered++;
        return true;
      } catch (error) {
        failures++;
        // What the broker does not take is tried until it does: that is not the message's fault.
        if (!(error instanceof BrokerError)) attempts++;
        tally.retried++;
        const fields = { err: error, request: request.id, connector: request.data.connector, failures };
        host.log.warn(fields, 'a message could not be delivered; it is tried again');
        await signal.pause(clock, backoff(failures, FIRST_RETRY_MS, MOST_RETRY_MS));
      }
    }
  }

  /** Stated before, and then this process ended or stopped: what was stated is told, and nothing else. */
  #failedBefore(request: MessageRequest): Failure | undefined {
    return this.#options.isStated(derivedId('failed', request.id)) ? gaveUp(MAX_ATTEMPTS) : undefined;
  }

  #hopeless(request: MessageRequest): Failure | undefined {
    const { connector, clock } = this.#options;
    const { to, connector: name } = request.data;
    if (!connector) return { code: 'no-connector', reason: `No connector "${name}" is running.`, permanent: true };
    if (!connector.schemes.includes(schemeOf(to))) {
      const scheme = schemeOf(to);
      return {
        code: 'no-connector',
        reason: `Connector "${name}" does not reach ${scheme}: addresses.`,
        permanent: true,
      };
    }
    // What is stated as sent is on its way, however late this process comes to know it again.
    const isSent = this.#options.isStated(derivedId('sent', request.id));
    if (!isSent && clock.now() - Date.parse(request.time) > MAX_REQUEST_AGE_MS) {
      return { code: 'too-late', reason: 'The message waited too long to be sent.', permanent: true };
    }
    return undefined;
  }

  async #fail(request: MessageRequest, failure: Failure, putAside: (cause: unknown) => Promise<void>): Promise<void> {
    const { message, connector, to } = request.data;
    const stating = this.#options.host.publish('messaging', {
      type: 'message.failed',
      id: derivedId('failed', request.id),
      contact: (request.subject as ContactKey | undefined) ?? contactKeyOf(to),
      causationid: request.id,
      ...(request.correlationid !== undefined && { correlationid: request.correlationid }),
      data: { message, connector, to, ...failure },
    });
    await stating.catch(async (error: unknown) => {
      // Refused for what it takes over from the request: that does not change.
      if (!(error instanceof EventError)) throw error;
      await putAside(error);
    });
  }
}

function gaveUp(attempts: number): Failure {
  return { code: 'gave-up', reason: `The connector failed ${attempts} times.`, permanent: false };
}
