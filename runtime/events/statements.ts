import type { Event } from '../../channels/event.ts';
import type { Producer } from '../broker/port.ts';
import type { Lane } from './lane.ts';
import type { Statement, StatementLog } from './statement-log.ts';

/** What of an event is decided when it is first stated. */
export type FirstStated = Required<Pick<Event, 'source' | 'sequence' | 'time'>>;

/**
 * A publisher's statements between its log and the broker: each is in the log before it is sent. A new lane first sends
 * what the one before, or an earlier process, left unconfirmed, in its order and under its own source.
 */
export class Statements {
  readonly #log: StatementLog;
  /** By id. */
  readonly #underway = new Map<string, Promise<FirstStated>>();
  /** Settles once everything is in the log whose adding was begun so far. Never rejects. */
  #added: Promise<unknown> = Promise.resolve();

  constructor(log: StatementLog) {
    this.#log = log;
  }

  /** Undefined for an id never stated. Else resolves once the broker has it; rejects where it may not. */
  known(id: string, laneOf: (topic: string) => Lane): Promise<FirstStated> | undefined {
    const underway = this.#underway.get(id);
    if (underway) return underway;
    const stated = this.#log.find(id);
    if (!stated) return undefined;
    const { topic, isConfirmed, source, sequence, time } = stated;
    const first = { source, sequence, time };
    // A lane that is open has sent it.
    return isConfirmed
      ? Promise.resolve(first)
      : laneOf(topic)
          .opened()
          .then(() => first);
  }

  /** Resolves once the broker has it. Called in the order of sequences. */
  async state(lane: Lane, statement: Statement): Promise<void> {
    const { id, source, sequence, time } = statement;
    const sending = this.#send(lane, statement).then(() => ({ source, sequence, time }));
    this.#underway.set(id, sending);
    try {
      await sending;
    } finally {
      this.#underway.delete(id);
    }
  }

  /** For a new lane, before it sends anything of its own. */
  async repeat(topic: string, producer: Producer): Promise<void> {
    await this.#added;
    await Promise.all(
      this.#log.pending(topic).map(async (statement) => {
        await producer.send(statement.message);
        this.#log.confirm(statement);
      }),
    );
  }

  async #send(lane: Lane, statement: Statement): Promise<void> {
    // Throws where the lane has ended: its successor may have read the log already.
    await lane.opened();
    const earlier = this.#added;
    const adding = this.#log.add(statement);
    this.#added = Promise.allSettled([earlier, adding]);
    // Sends go out in the order of the calls, also where a later one is in the log first.
    await Promise.all([earlier, adding]);
    await lane.send(statement.message);
    this.#log.confirm(statement);
  }
}
