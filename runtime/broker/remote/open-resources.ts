import { BrokerError } from '../errors.ts';

interface Closable {
  close(): Promise<void>;
}

/** What a broker has opened and not closed yet, so that closing the broker closes it all. */
export class OpenResources {
  readonly #open = new Set<Closable>();
  #closing: Promise<void> | undefined;

  /** Opens a resource, unless the broker is closed; one that closes itself is forgotten. */
  async add<Resource extends Closable>(open: () => Promise<Resource>): Promise<Resource> {
    if (this.#closing) throw closed();
    const resource = await open();
    if (this.#isClosing()) {
      await resource.close();
      throw closed();
    }
    this.#open.add(resource);
    const close = resource.close.bind(resource);
    resource.close = async () => {
      this.#open.delete(resource);
      await close();
    };
    return resource;
  }

  /** A method, since the compiler takes the field for unchanged across an `await`. */
  #isClosing(): boolean {
    return this.#closing !== undefined;
  }

  /** Resolves once everything is closed; rejects, then too, with why some of it could not be. */
  close(): Promise<void> {
    this.#closing ??= Promise.allSettled([...this.#open].map((resource) => resource.close())).then((results) => {
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    });
    return this.#closing;
  }
}

function closed(): BrokerError {
  return new BrokerError('broker-closed', 'the broker was closed');
}
