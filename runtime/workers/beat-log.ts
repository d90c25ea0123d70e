import type { Broker, Producer, Reader } from '../broker/port.ts';
import { sleep, type Clock } from '../clock.ts';
import { decodeBeat, encodeBeat, type Beat } from './beat.ts';

/** For the last beat. Without it the others notice a little later. */
const LAST_BEAT_MAX_MS = 1_000;

/** Between attempts to hear the others again. */
const PAUSE_MS = 500;

export interface BeatLogOptions {
  readonly broker: Pick<Broker, 'createProducer' | 'createReader'>;
  readonly clock: Clock;
  readonly log: { warn(fields: object, message: string): void };
  /** Partition topic. */
  readonly topic: string;
  /** Creates it where it is not there. */
  readonly create: () => Promise<void>;
  /** What is to be said at this moment. */
  readonly said: () => Beat;
  /** Called with every beat, own ones too, in the order of the topic; after a lost connection some are missing. */
  readonly heard: (beat: Beat) => void;
}

/**
 * Says and hears beats for as long as it is open, over lost connections. While it hears nothing it says nothing: whoever
 * does not know of the others must not be counted on.
 */
export class BeatLog {
  readonly #options: BeatLogOptions;
  readonly #hearing: Promise<void>;
  readonly #stopping: Promise<void>;
  #stop: () => void = () => undefined;
  #saying: Promise<void> = Promise.resolve();
  /** A beat waits to be said; one that is wanted meanwhile is the same. */
  #isWanted = false;
  #producer: Producer | undefined;
  #reader: Reader | undefined;
  #closed = false;

  constructor(options: BeatLogOptions) {
    this.#options = options;
    this.#stopping = new Promise((resolve) => {
      this.#stop = resolve;
    });
    this.#hearing = this.#hear();
  }

  /** Once the one before is durable or has failed. A beat that fails is not repeated: the next one says more. */
  say(): void {
    if (this.#isWanted || this.#closed || !this.#reader) return;
    this.#isWanted = true;
    this.#saying = this.#saying.then(() => this.#send()).catch(() => this.#dropProducer());
  }

  async #send(): Promise<void> {
    const { broker, topic, said } = this.#options;
    this.#producer ??= await broker.createProducer({ topic });
    this.#isWanted = false;
    await this.#producer.send({ payload: encodeBeat(said()) });
  }

  async #dropProducer(): Promise<void> {
    this.#isWanted = false;
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.close().catch(() => undefined);
  }

  async #hear(): Promise<void> {
    const { broker, topic, create, clock, log, heard } = this.#options;
    let complained = false;
    while (!this.#closed) {
      try {
        await create();
        this.#reader = await broker.createReader({ topic, from: 'Latest' });
        this.say();
        while (!this.#isClosed()) {
          const beat = decodeBeat((await this.#reader.next()).payload);
          complained = false;
          if (beat) heard(beat);
        }
      } catch (error) {
        if (!this.#isClosed() && !complained) {
          log.warn({ err: error }, 'the other workers cannot be heard: trying until they can');
        }
        complained = true;
      }
      await this.#dropReader();
      if (!this.#isClosed()) await Promise.race([sleep(clock, PAUSE_MS), this.#stopping]);
    }
  }

  async #dropReader(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    await reader?.close().catch(() => undefined);
  }

  /** A call, because it changes while something is awaited, which TypeScript does not see. */
  #isClosed(): boolean {
    return this.#closed;
  }

  /** Says a last beat, and ends. */
  async close(): Promise<void> {
    this.say();
    this.#closed = true;
    this.#stop();
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(LAST_BEAT_MAX_MS, resolve);
      void this.#saying.then(cancel).then(resolve);
    });
    await this.#dropProducer();
    await this.#dropReader();
    await this.#hearing;
  }
}
