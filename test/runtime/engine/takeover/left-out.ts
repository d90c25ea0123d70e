import { PLAIN_CODEC } from '../../../../channels/codec.ts';
import { AppendCheck } from '../../../../runtime/engine/append-check.ts';
import { decodeRecord } from '../../../../runtime/engine/journal.ts';
import { JournalFold, type JournalRecord } from '../../../../runtime/engine/journal-record.ts';
import { acquireJournal, type Acquire } from './owner.ts';
import { TOPIC } from './topic.ts';

/** Goes on in the epoch that it finds; only the first owner opens one. */
export const acquireWithoutBarrier: Acquire = async (broker, fold, recovered) => {
  const producer = await broker.createProducer({ topic: TOPIC });
  const last = await broker.admin.lastMessageId(TOPIC);
  if (last === undefined) return acquireJournal(broker, fold, recovered);
  const reader = await broker.createReader({ topic: TOPIC, from: 'Earliest' });
  for (let position; position !== last;) {
    const message = await reader.next();
    position = message.id;
    if (fold.accept(decodeRecord(message.payload, PLAIN_CODEC))) recovered(position);
  }
  const { epoch, sequence } = fold;
  const decode = (payload: Buffer): JournalRecord => decodeRecord(payload, PLAIN_CODEC);
  const check = new AppendCheck({ broker, topic: TOPIC, decode }, { epoch, sequence, position: last });
  return {
    epoch,
    sequence,
    append: async (json, at) => {
      const position = await producer.send({ payload: Buffer.from(json) });
      if (position === undefined) throw new TypeError('a repetition');
      await check.check(at, position);
      return position;
    },
    close: () => producer.close(),
  };
};

/** Goes by sequences alone. */
export class FoldWithoutEpochs extends JournalFold {
  override accept(record: JournalRecord): boolean {
    if (record.sequence !== this.sequence + 1) return false;
    this.epoch = Math.max(this.epoch, record.epoch);
    this.sequence = record.sequence;
    return true;
  }
}
