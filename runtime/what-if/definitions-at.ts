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
  readonly publications: readonly Publication[];
}

export class DefinitionsAt {
  readonly #publications: readonly StoredPublication[];
  readonly #known = new Map<string, Machines>();

  constructor(publications: readonly StoredPublication[]) {
    this.#publications = publications.toSorted((a, b) => compareMessageIds(a.position, b.position));
  }

  /** `position`: undefined where it is not on record; then the time decides. Empty: nothing had been read. */
  machines(position: string | undefined, at: number): Machines {
    const isRead = (one: StoredPublication): boolean =>
      position === undefined
        ? one.publishedAt <= at
        : position !== '' && compareMessageIds(one.position, position as MessageId) <= 0;
    const last = this.#publications.findLast(isRead)?.position ?? '';
    const known = this.#known.get(last);
    if (known) return known;
    const definitions = new PublishedDefinitions();
    for (const one of this.#publications) {
      if (isRead(one)) applyTo(definitions, one);
    }
    const made = definitions.machines();
    this.#known.set(last, made);
    return made;
  }
}

/** A machine of another format is passed over, as the engine does. */
function applyTo(definitions: PublishedDefinitions, { publications, publishedAt }: StoredPublication): void {
  try {
    for (const publication of publications) definitions.apply(publication, publishedAt);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}
