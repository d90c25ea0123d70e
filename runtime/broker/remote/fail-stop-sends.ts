import { BrokerError } from '../errors.ts';
import type { MessageId } from '../message-id.ts';
import type { OutgoingMessage } from '../port.ts';
import { SendWindow } from './send-window.ts';

/** Pulsar's default maxMessageSize, 5 MiB, less room for key, properties and metadata. */
const MAX_PAYLOAD_BYTES = 5 * 1024 * 1024 - 64 * 1024;

/** A producer's sends. After the first that fails, everything in flight and every later one fails as it did. */
export class FailStopSends {
  readonly #window = new SendWindow();
  readonly #onFailed: () => void;
  #failure: BrokerError | undefined;
  #count = 0;

  /** `onFailed` stops the connection at once, so that nothing behind the failed send is stored. */
  constructor(onFailed: () => void) {
    this.#onFailed = onFailed;
  }

  /** `prepare` is called at once, and returns what transmits the message when its turn comes. */
  send(message: OutgoingMessage, prepare: (context: string) => Prepared): Promise<MessageId | undefined> {
    if (message.payload.length > MAX_PAYLOAD_BYTES) this.fail(tooLarge(message.payload.length));
    if (this.#failure) return Promise.reject(this.#failure);
    const context = (this.#count++).toString();
    const { bytes, travelsAlone = false, transmit } = prepare(context);
    return new Promise((resolve, reject) => {
      this.#window.add({ context, bytes, travelsAlone, transmit, resolve, reject });
    });
  }

  /** In whatever order: each resolves once all before it are. `id` is undefined for a message that the broker dropped as a duplicate. */
  succeed(context: string, id: MessageId | undefined): void {
    if (!this.#failure) this.#window.settle(context, id);
  }

  /** Idempotent: the first failure is the one that counts. */
  fail(error: BrokerError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#onFailed();
    for (const { reject } of this.#window.drain()) reject(error);
  }

  /** Like a failure, but the connection is left to the caller to close in order. */
  close(topic: string): void {
    const closed = new BrokerError('broker-closed', `the producer of ${topic} was closed`);
    this.#failure ??= closed;
    for (const { reject } of this.#window.drain()) reject(closed);
  }
}

interface Prepared {
  readonly bytes: number;
  /** Default: only where it is large. */
  readonly travelsAlone?: boolean;
  readonly transmit: () => void;
}

function tooLarge(bytes: number): BrokerError {
  const sizes = `${bytes.toString()} bytes, more than ${MAX_PAYLOAD_BYTES.toString()}`;
  return new BrokerError('message-too-large', `a message for the broker has ${sizes}`);
}
