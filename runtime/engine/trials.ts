import type { Suspicion, Tried } from './suspicion.ts';

/** How often an input is tried alone: what ended the process each time is tried no more. */
const TRIES_MAX = 3;

/** Inputs tried alone by a suspicious owner: as many as those before it may have had in flight. */
const INPUTS_MAX = 2000;

export interface TrialsOptions {
  readonly suspicion: Suspicion;
  /** Resolves once it is on record that an input is being tried. */
  readonly record: (tried: Tried) => Promise<void>;
  /** Resolves once everything decided so far is durable. */
  readonly settle: () => Promise<void>;
}

/** Tries inputs one by one, each on record before, until so many have been survived. */
export class Trials {
  readonly #options: TrialsOptions;
  #inputs = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: TrialsOptions) {
    this.#options = options;
  }

  get areOver(): boolean {
    return this.#inputs >= INPUTS_MAX;
  }

  /** `attempt`: with true where the input must not be tried. Resolves once what follows from it is durable. */
  run(input: string, attempt: (isFatal: boolean) => Promise<void> | undefined): Promise<void> {
    const done = this.#last.then(() => this.#run(input, attempt));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #run(input: string, attempt: (isFatal: boolean) => Promise<void> | undefined): Promise<void> {
    const { suspicion, record, settle } = this.#options;
    this.#inputs += 1;
    const times = suspicion.tried?.input === input ? suspicion.tried.times : 0;
    const isFatal = times >= TRIES_MAX;
    if (!isFatal) await record({ input, times: times + 1 });
    await attempt(isFatal);
    await settle();
  }
}
