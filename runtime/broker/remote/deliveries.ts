import { compareMessageIds, type MessageId } from '../message-id.ts';

/**
 * What was delivered to a consumer and not acknowledged, with the client's own handle of each id: handed back unchanged
 * when acknowledging, since the client keeps the state of a batch under it.
 */
export class Deliveries<Handle> {
  /** In order of first delivery. */
  readonly #handles = new Map<MessageId, Handle>();
  #newest: MessageId | undefined;

  /** True where the broker went back: this id is not after the one before it. */
  arrived(id: MessageId, handle: Handle): boolean {
    const rewound = this.covers(id);
    this.#newest = id;
    this.#handles.set(id, handle);
    return rewound;
  }

  /** Whether the last delivery was of `id` or of a later one. */
  covers(id: MessageId): boolean {
    return this.#newest !== undefined && compareMessageIds(id, this.#newest) <= 0;
  }

  handleOf(id: MessageId): Handle | undefined {
    return this.#handles.get(id);
  }

  acknowledged(id: MessageId): void {
    this.#handles.delete(id);
  }

  /** Takes out everything up to and including `id`. For subscriptions that deliver in order. */
  acknowledgedUpTo(id: MessageId): readonly Handle[] {
    const taken: Handle[] = [];
    for (const [delivered, handle] of this.#handles) {
      if (compareMessageIds(delivered, id) > 0) break;
      this.#handles.delete(delivered);
      taken.push(handle);
    }
    return taken;
  }

  clear(): void {
    this.#handles.clear();
    this.#newest = undefined;
  }
}
