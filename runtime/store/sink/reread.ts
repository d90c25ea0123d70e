import { compareMessageIds, type MessageId } from '../../broker/message-id.ts';
import type { Broker, Message } from '../../broker/port.ts';
import { StoreError } from '../errors.ts';
import type { Feed } from './feeds.ts';
import type { FeedMessages } from './fold.ts';
import type { Progress } from './progress.ts';
import type { PendingRecord, Range } from './records.ts';

/** Exactly the messages of a pending batch, in its order. Rejects with `store-range-lost` where some are gone. */
export async function reread(
  broker: Broker,
  feeds: readonly Feed[],
  progress: Progress,
  pending: PendingRecord,
): Promise<readonly FeedMessages[]> {
  const batch: FeedMessages[] = [];
  for (const range of pending.ranges) {
    const feed = feeds.find(({ topic }) => topic === range.topic);
    if (!feed) throw lost(range, 'the topic has gone');
    batch.push({ feed, messages: await readRange(broker, range, progress.get(range.topic)?.position) });
  }
  return batch;
}

async function readRange(broker: Broker, range: Range, before: MessageId | undefined): Promise<readonly Message[]> {
  const end = await broker.admin.lastMessageId(range.topic);
  if (end === undefined || compareMessageIds(end, range.last) < 0) throw lost(range, 'the topic ends before it');
  const from = before === undefined ? 'Earliest' : { after: before };
  const reader = await broker.createReader({ topic: range.topic, from });
  const messages: Message[] = [];
  try {
    for (;;) {
      const message = await reader.next();
      if (compareMessageIds(message.id, range.first) >= 0 && compareMessageIds(message.id, range.last) <= 0) {
        messages.push(message);
      }
      if (compareMessageIds(message.id, range.last) >= 0) break;
    }
  } finally {
    await reader.close();
  }
  if (messages.length === range.count && messages[0]?.id === range.first) return messages;
  throw lost(range, `${messages.length} of ${range.count} messages are left`);
}

function lost(range: Range, why: string): StoreError {
  const what = `${range.topic} from ${range.first} to ${range.last}`;
  return new StoreError('store-range-lost', `a batch must be stored again, but ${what} can not be read: ${why}`);
}
