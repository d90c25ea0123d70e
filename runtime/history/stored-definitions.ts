import type { Machines } from '../../dsl/step/contract.ts';
import { compareMessageIds, type MessageId } from '../broker/message-id.ts';
import type { Publication } from '../definitions/publication.ts';
import { PublishedDefinitions } from '../definitions/published.ts';
import type { StoredBasis } from './recorded-step.ts';

/** A message of the topic of machines. */
export interface StoredPublication {
  readonly position: MessageId;
  /** Milliseconds. */
  readonly published: number;
  readonly publications: readonly Publication[];
}

/** A tenant's definitions as they were known after each message of their topic. */
export class StoredDefinitions {
  readonly #messages: readonly StoredPublication[];
  readonly #known = new Map<number, Machines>();

  constructor(messages: readonly StoredPublication[]) {
    this.#messages = messages.toSorted((one, other) => compareMessageIds(one.position, other.position));
  }

  /** What a step at `now` rested on. Where that is not on record: what had been published by then. */
  at({ definitions, partitions }: StoredBasis, now: number): Machines {
    // What-if asks it of every step, mostly of the newest: counted from the end.
    const isKnown = ({ position, published }: StoredPublication): boolean => {
      if (partitions === 0) return published <= now;
      return definitions !== undefined && compareMessageIds(position, definitions) <= 0;
    };
    return this.#after(this.#messages.findLastIndex(isKnown) + 1);
  }

  #after(count: number): Machines {
    const known = this.#known.get(count) ?? machinesAfter(this.#messages.slice(0, count));
    this.#known.set(count, known);
    return known;
  }
}

function machinesAfter(messages: readonly StoredPublication[]): Machines {
  const definitions = new PublishedDefinitions();
  for (const { publications, published } of messages) {
    try {
      for (const publication of publications) definitions.apply(publication, published);
    } catch {
      // A machine of another format: the engine passed it over too.
    }
  }
  return definitions.machines();
}
