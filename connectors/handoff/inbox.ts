/** What the desk may do with a hand-off. Each is stated as an event first, then noted; doing it again changes nothing. */
import { randomUUID } from 'node:crypto';
import type { EventId } from '../../channels/brands.ts';
import { ParlanceError } from '../../channels/error.ts';
import { derivedId } from '../derived-id.ts';
import type { ConnectorHost } from '../port.ts';
import type { Entry, Handoff } from './handoff.ts';
import type { InOrder } from './in-order.ts';
import type { HandoffStore } from './store.ts';

export class HandoffError extends ParlanceError<
  'handoff-unknown' | 'handoff-closed' | 'handoff-taken' | 'handoff-not-taken' | 'handoff-request-invalid'
> {}

export interface InboxParts {
  readonly host: ConnectorHost;
  readonly store: HandoffStore;
  /** By contact. */
  readonly order: InOrder;
}

export class Inbox {
  readonly #parts: InboxParts;

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  /** Those open, the oldest first. `after`: the `cursor` of the last one known. */
  list(queue: string, limit: number, after = ''): readonly Handoff[] {
    return this.#parts.store
      .openIn(queue)
      .toSorted((a, b) => (cursorOf(a) < cursorOf(b) ? -1 : 1))
      .filter((handoff) => cursorOf(handoff) > after)
      .slice(0, limit);
  }

  /** Throws HandoffError `handoff-unknown`. */
  read(conversation: string, after: number): { readonly handoff: Handoff; readonly entries: readonly Entry[] } {
    return { handoff: this.#known(conversation), entries: this.#parts.store.entries(conversation, after) };
  }

  /** `from`: whom the agent takes it over from. Throws HandoffError `handoff-taken` where somebody else has it. */
  take(conversation: string, agent: string, from: string | undefined): Promise<Handoff> {
    return this.#withOpen(conversation, async (handoff) => {
      const { takenBy, takes, event } = handoff;
      if (takenBy === agent) return handoff;
      if (takenBy !== undefined && takenBy !== from) throw takenByOther(takenBy);
      await this.#state('handoff.taken', handoff, { agent }, derivedId('taken', event, agent, String(takes)));
      const taken = { ...handoff, takenBy: agent, takes: takes + 1 };
      await this.#parts.store.update(taken);
      return taken;
    });
  }

  /** `id`: the desk's own of this answer, repeated where it tries again. */
  reply(conversation: string, agent: string, text: string, id: string = randomUUID()): Promise<Entry> {
    return this.#withOpen(conversation, async (handoff) => {
      const { takenBy, event } = handoff;
      if (takenBy === undefined) throw new HandoffError('handoff-not-taken', 'nobody has taken it: take it first');
      if (takenBy !== agent) throw takenByOther(takenBy);
      const { store, host } = this.#parts;
      const eventId = derivedId('replied', event, id);
      const known = store.entries(conversation).find((entry) => entry.id === eventId);
      if (known) return known;
      await this.#state('handoff.replied', handoff, { agent, text }, eventId);
      const at = new Date(host.now()).toISOString();
      return store.append(conversation, { id: eventId, from: 'agent', agent, text, at });
    });
  }

  /** The conversation goes on by itself. */
  return(conversation: string, agent: string, outcome: 'returned' | 'nobody'): Promise<Handoff> {
    return this.#with(conversation, async (handoff) => {
      const { closed, takenBy, event } = handoff;
      if (closed?.outcome === outcome && closed.agent === agent) return handoff;
      if (closed) throw closedError(closed.outcome);
      if (takenBy !== undefined && takenBy !== agent) throw takenByOther(takenBy);
      await this.#state('handoff.returned', handoff, { agent, outcome }, derivedId('returned', event));
      const at = new Date(this.#parts.host.now()).toISOString();
      const over = { ...handoff, closed: { at, outcome, agent } };
      await this.#parts.store.update(over);
      return over;
    });
  }

  #withOpen<Result>(conversation: string, task: (handoff: Handoff) => Promise<Result>): Promise<Result> {
    return this.#with(conversation, (handoff) => {
      if (handoff.closed) throw closedError(handoff.closed.outcome);
      return task(handoff);
    });
  }

  /** Alone among everything that concerns the contact. */
  async #with<Result>(conversation: string, task: (handoff: Handoff) => Promise<Result>): Promise<Result> {
    const { contact } = this.#known(conversation);
    return this.#parts.order.run(contact, async () => task(this.#known(conversation)));
  }

  #known(conversation: string): Handoff {
    const handoff = this.#parts.store.find(conversation);
    if (handoff) return handoff;
    throw new HandoffError('handoff-unknown', 'that conversation is not handed off, or has not been for a day');
  }

  #state(
    type: string,
    { id: handoff, conversation, contact, event }: Handoff,
    data: object,
    id: EventId,
  ): Promise<void> {
    return this.#parts.host.publish('messaging', {
      ...{ type, id, contact },
      causationid: event,
      correlationid: conversation,
      data: { conversation, handoff, ...data },
    });
  }
}

/** Orders hand-offs, and tells where a list goes on. */
export function cursorOf({ openedAt, conversation }: Handoff): string {
  return `${openedAt} ${conversation}`;
}

function takenByOther(agent: string): HandoffError {
  return new HandoffError('handoff-taken', `"${agent}" has taken it: ask them, or take it over (with "from")`);
}

function closedError(outcome: string): HandoffError {
  return new HandoffError('handoff-closed', `it is over (${outcome}): the conversation goes on by itself`);
}
