import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { ContactKey } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { contactState } from '../../../dsl/correlation.ts';
import { BrokerError } from '../../../runtime/broker/errors.ts';
import type { MessageId } from '../../../runtime/broker/message-id.ts';
import type { Message, Reader } from '../../../runtime/broker/port.ts';
import type { JournalBroker } from '../../../runtime/engine/journal.ts';
import { recover } from '../../../runtime/engine/recovery.ts';
import { MARKER_KEY, restoreCheckpoint } from '../../../runtime/engine/restore-checkpoint.ts';
import { StateStore } from '../../../runtime/engine/state-store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { CHECKPOINTS, JOURNAL, Rig } from './rig.ts';

/** What a checkpoint topic may hold, in any order: a state, that a contact was forgotten, a marker. */
const entries = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        contact: fc.constantFrom('c-1', 'c-2', 'c-3'),
        sequence: fc.integer({ min: 1, max: 9 }),
        forgotten: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ marker: fc.integer({ min: 1, max: 9 }), back: fc.integer({ min: 0, max: 8 }) }),
    },
  ),
  { maxLength: 20 },
);

type Entry = typeof entries extends fc.Arbitrary<infer Entries extends readonly unknown[]> ? Entries[number] : never;

const WAVE = 1_500;

describe('recovery', () => {
  it('restores a checkpoint piece by piece as if all of it were sorted first', async function () {
    this.timeout(60_000);
    const folder = temporaryFolder();
    let run = 0;
    try {
      await fc.assert(
        fc.asyncProperty(entries, fc.integer({ min: 1, max: 4 }), async (topic, atOnce) => {
          const store = new StateStore(join(folder.path, (++run).toString()), PLAIN_CODEC);
          try {
            const checkpoint = await restoreCheckpoint(store, brokerWith(topic), CHECKPOINTS, PLAIN_CODEC, atOnce);
            const { marker, states } = sorted(topic);
            expect(checkpoint?.applied.sequence).to.equal(marker);
            const seen = store
              .contactsAfter(undefined, 10)
              .map((key) => [key, contactState(store.committed(key))?.seen]);
            expect(Object.fromEntries(seen)).to.eql(states);
          } finally {
            await store.close();
          }
        }),
        { numRuns: 40 },
      );
    } finally {
      folder.remove();
    }
  });

  it('writes what it has read of a long journal, and goes on from there when it is interrupted', async function () {
    this.timeout(60_000);
    const rig = await Rig.open();
    try {
      const loop = await rig.startLoop({ stateFolder: 'first' });
      const contacts = 3 * WAVE;
      // In waves, so that records state how far the outputs of earlier ones have come.
      for (let said = 0; said < contacts; said += WAVE) {
        await Promise.all(Array.from({ length: WAVE }, (_, at) => rig.say(`contact-${(said + at).toString()}`)));
        await rig.told(said + WAVE);
      }
      const store = new StateStore(join(rig.folder.path, 'second'), PLAIN_CODEC);
      const options = {
        ...{ topic: JOURNAL, codec: PLAIN_CODEC, owner: 'second', now: Date.now, newGeneration: () => 'unused' },
      };
      const interrupted = breakingAfter(4_200, rig.broker);
      const error = await recover(store, 'unused', { ...options, broker: interrupted }).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.have.property('code', 'broker-disconnected');
      expect(store.checkpoint()?.applied.sequence).to.be.within(4_000, 4_200);
      const { journal, recordsRead } = await recover(store, CHECKPOINTS, { ...options, broker: rig.broker });
      expect(recordsRead).to.be.lessThan(2 * WAVE);
      expect(store.contactsAfter(undefined, 2 * contacts)).to.have.lengthOf(contacts);
      await journal.close();
      await store.close();
      await loop.close();
    } finally {
      await rig.close();
    }
  });
});

/** The rule in its simplest form. */
function sorted(topic: readonly Entry[]): { marker: number | undefined; states: Record<string, readonly string[]> } {
  let newest: { marker: number; full: number } | undefined;
  const contacts = new Map<string, { sequence: number; seen: readonly string[] | undefined }>();
  for (const [at, entry] of topic.entries()) {
    if ('marker' in entry) {
      if (!newest || entry.marker > newest.marker) newest = { marker: entry.marker, full: fullOf(entry) };
    } else if ((contacts.get(entry.contact)?.sequence ?? 0) <= entry.sequence) {
      contacts.set(entry.contact, { sequence: entry.sequence, seen: entry.forgotten ? undefined : [at.toString()] });
    }
  }
  const states: Record<string, readonly string[]> = {};
  if (!newest) return { marker: undefined, states };
  for (const [contact, { sequence, seen }] of contacts) if (seen && sequence >= newest.full) states[contact] = seen;
  return { marker: newest.marker, states };
}

function fullOf({ marker, back }: { readonly marker: number; readonly back: number }): number {
  return Math.max(1, marker - back);
}

function messageOf(entry: Entry, at: number): Pick<Message, 'id' | 'key' | 'payload'> {
  const id = `1:${at.toString()}` as MessageId;
  const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
  if ('marker' in entry) {
    const applied = { epoch: 1, sequence: entry.marker, position: id };
    const marker = { generation: 'g', applied, now: 0, positions: {}, marks: {}, full: fullOf(entry) };
    return { id, key: MARKER_KEY, payload: json(marker) };
  }
  const key = entry.contact as ContactKey;
  const state = entry.forgotten ? null : { key, addresses: [], conversations: [], seen: [at.toString()] };
  return { id, key, payload: json({ epoch: 1, sequence: entry.sequence, state }) };
}

function brokerWith(topic: readonly Entry[]): JournalBroker {
  const messages = topic.map(messageOf);
  const reader = (): Pick<Reader, 'next' | 'close'> => {
    let at = 0;
    return { next: () => Promise.resolve(messages[at++] as Message), close: () => Promise.resolve() };
  };
  return {
    capabilities: { fencing: true, dedup: true, compaction: true },
    createProducer: () => Promise.reject(new Error('nothing is written')),
    createReader: () => Promise.resolve(reader() as Reader),
    admin: { lastMessageId: () => Promise.resolve(messages.at(-1)?.id) },
  };
}

/** The connection breaks once so many messages were read; there is no checkpoint. */
function breakingAfter(messages: number, broker: JournalBroker): JournalBroker {
  let read = 0;
  return {
    capabilities: broker.capabilities,
    createProducer: (options) => broker.createProducer(options),
    createReader: async (options) => {
      const reader = await broker.createReader(options);
      const next = (): Promise<Message> =>
        ++read > messages
          ? Promise.reject(new BrokerError('broker-disconnected', 'the test broke the connection'))
          : reader.next();
      return { topic: reader.topic, next, close: () => reader.close() };
    },
    admin: {
      lastMessageId: (topic) => (topic === JOURNAL ? broker.admin.lastMessageId(topic) : Promise.resolve(undefined)),
    },
  };
}
