import type { Millis } from '../../channels/brands.ts';
import { compareMessageIds, type MessageId } from '../broker/message-id.ts';
import type { Broker, Reader } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import { SLEEP_MAX_MS } from './deadlines.ts';
import type { FeedOptions } from './feed.ts';
import type { Vector } from './journal-record.ts';

/**
 * What there is to know of a partition whose loop is closed although it is this worker's: nothing is to be done for it
 * before something is published behind `positions`, or `due`. It holds for as long as the journal ends where it ended.
 */
export interface Nap {
  /** Undefined: the journal has no record. */
  readonly journalEnd: MessageId | undefined;
  readonly positions: Vector['positions'];
  /** When the first deadline is due. */
  readonly due: Millis | undefined;
}

/** Of a partition that was never owned. */
export const NEVER_OWNED: Nap = { journalEnd: undefined, positions: {}, due: undefined };

export interface NapSurroundings {
  readonly broker: Pick<Broker, 'createReader'>;
  readonly clock: Clock;
  readonly feeds: readonly Pick<FeedOptions, 'name' | 'topic'>[];
  /** Resolves where the loop is not wanted any more. */
  readonly stopping: Promise<unknown>;
}

/**
 * Resolves once there may be something to do: a message, a deadline, or a broker that cannot be asked, which whoever
 * opens the loop knows how to wait for.
 */
export async function untilNeeded(nap: Nap, { broker, clock, feeds, stopping }: NapSurroundings): Promise<void> {
  const opened = await Promise.allSettled(feeds.map(({ name, topic }) => listen(broker, topic, nap.positions[name])));
  const listeners = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const alarm = new Alarm(clock, nap.due);
  try {
    if (listeners.length < opened.length) return;
    await Promise.race([stopping, alarm.rung, ...listeners.map(({ heard }) => heard)]);
  } finally {
    alarm.cancel();
    await Promise.allSettled(listeners.map(({ reader }) => reader.close()));
  }
}

interface Listener {
  readonly reader: Reader;
  /** Resolves with the first message behind the position, or when the reader breaks. */
  readonly heard: Promise<void>;
}

async function listen(
  broker: Pick<Broker, 'createReader'>,
  topic: string,
  position: MessageId | undefined,
): Promise<Listener> {
  const reader = await broker.createReader({ topic, from: position === undefined ? 'Earliest' : { after: position } });
  return { reader, heard: firstBehind(reader, position).catch(() => undefined) };
}

/** A driver may deliver again what lies before. */
async function firstBehind(reader: Reader, position: MessageId | undefined): Promise<void> {
  for (;;) {
    const { id } = await reader.next();
    if (position === undefined || compareMessageIds(id, position) > 0) return;
  }
}

class Alarm {
  /** Never resolves where nothing is due. */
  readonly rung: Promise<void>;
  cancel: () => void = () => undefined;

  constructor(clock: Clock, due: Millis | undefined) {
    this.rung = new Promise((resolve) => {
      const wait = (): void => {
        if (due === undefined) return;
        const leftMs = due - clock.now();
        if (leftMs <= 0) resolve();
        else this.cancel = clock.after(Math.min(leftMs, SLEEP_MAX_MS), wait);
      };
      wait();
    });
  }
}
