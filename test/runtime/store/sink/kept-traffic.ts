/** Traffic of a tenant, and, counted while it is made, what the store must have of it. */
import { encodeEvent } from '../../../../channels/encode.ts';
import type { Broker, OutgoingMessage } from '../../../../runtime/broker/port.ts';
import type { JournalRecord } from '../../../../runtime/engine/journal-record.ts';
import type { Random } from '../../../simulation/random.ts';
import { channel, event, eventMessage, journal, journalMessage } from '../tenant-under-test.ts';

/** Messages that are on their way at once. */
const SENT_AT_ONCE = 5_000;

export interface Traffic {
  /** Those with a sequence, each once. */
  readonly numbered: number;
  /** Of their sequences: tells a lost one and a doubled one from none. */
  readonly sequences: number;
  readonly unnumbered: number;
  /** Journal records that count. */
  readonly steps: number;
  readonly deadLetters: number;
}

type Counts = { -readonly [Name in keyof Traffic]: Traffic[Name] };

/**
 * `events` distinct events and records on five topics; on top of them repetitions, records of superseded owners and what
 * is no event.
 */
export async function publishTraffic(broker: Broker, events: number, random: Random): Promise<Traffic> {
  const counts: Counts = { numbered: 0, sequences: 0, unnumbered: 0, steps: 0, deadLetters: 0 };
  const shares: readonly (readonly [topic: string, share: number, make: Maker])[] = [
    [channel('messaging'), 0.4, numbered('/messaging/0')],
    [channel('messaging', 1), 0.2, numbered('/messaging/1')],
    [channel('conversations'), 0.15, numbered('/conversations/0')],
    [channel('external', 1), 0.1, unnumbered],
    [journal(), 0.15, records()],
  ];
  for (const [topic, share, make] of shares) {
    const producer = await broker.createProducer({ topic });
    const count = Math.round(events * share);
    for (let at = 0; at < count;) {
      const messages: OutgoingMessage[] = [];
      for (; at < count && messages.length < SENT_AT_ONCE; at++) messages.push(...make(at, counts, random));
      await producer.sendAll(messages);
    }
    await producer.close();
  }
  return counts;
}

type Maker = (at: number, counts: Counts, random: Random) => readonly OutgoingMessage[];

function numbered(source: string): Maker {
  return (at, counts, random) => {
    const sequence = at + 1;
    counts.numbered++;
    counts.sequences += sequence;
    const message = eventMessage(sequence, { source });
    if (random.chance(0.02)) return [message, eventMessage(random.between(1, sequence), { source })];
    if (!random.chance(0.001)) return [message];
    counts.deadLetters++;
    return [message, { payload: Buffer.from(`no event ${at}`) }];
  };
}

const unnumbered: Maker = (at, counts) => {
  counts.unnumbered++;
  const { sequence: _, ...own } = event(at, { source: 'urn:clinic', type: 'com.clinic.booked' });
  return [encodeEvent(own)];
};

/** Owners come and go; each that goes writes a little after its successor's barrier. */
function records(): Maker {
  let epoch = 0;
  let sequence = 0;
  return (_at, counts, random) => {
    counts.steps++;
    if (epoch > 0 && !random.chance(0.002)) return [journalMessage(step(epoch, ++sequence))];
    const late = epoch === 0 ? [] : [step(epoch, sequence + 1), step(epoch, sequence + 2)];
    const barrier: JournalRecord = {
      ...{ kind: 'barrier', epoch: ++epoch, sequence: ++sequence, generation: 'g1', owner: `o${epoch}` },
      now: 1_772_805_600_000 + sequence,
    };
    return [barrier, ...late].map(journalMessage);
  };
}

function step(epoch: number, sequence: number): JournalRecord {
  return {
    ...{ kind: 'step', epoch, sequence, now: 1_772_805_600_000 + sequence, published: 0, positions: {}, marks: {} },
    input: { id: `i${sequence}`, type: 'message.received', feed: 'messaging' },
    ...{ source: '/engine/acme/0/g1', cause: `i${sequence}`, topics: [], outputs: [], state: null },
  };
}
