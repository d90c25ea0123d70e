/** A tenant's definitions as they were when their topic had been read up to some position. */
import type { Machines } from '../../dsl/step/contract.ts';
import { compareMessageIds, type MessageId } from '../broker/message-id.ts';
import type { Publication } from '../definitions/publication.ts';
import { PublishedDefinitions } from '../definitions/published.ts';

/** A row of the table `definitions`. */
export interface StoredPublication {
  readonly position: MessageId;
  /** In milliseconds. */
  readonly publishedAt: number;
  readonly publication: Publication;
}

export class DefinitionsAt {
  readonly #publications: readonly StoredPublication[];
  readonly #known = new Map<string, Machines>();

  constructor(publications: readonly StoredPublication[]) {
    this.#publications = publications.toSorted((a, b) => compareMessageIds(a.position, b.position));
  }

  /** `at`: decides for steps of which the position is not on record. */
  machines(position: string, at: number): Machines {
    const isRead = (one: StoredPublication): boolean =>
      position === '' ? one.publishedAt <= at : compareMessageIds(one.position, position as MessageId) <= 0;
    const last = this.#publications.findLast(isRead)?.position ?? '';
    const known = this.#known.get(last);
    if (known) return known;
    const definitions = new PublishedDefinitions();
    for (const one of this.#publications) {
      if (isRead(one)) definitions.apply(one.publication, one.publishedAt);
    }
    const made = definitions.machines();
    this.#known.set(last, made);
    return made;
  }
}
