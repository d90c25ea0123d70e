import { expect } from 'chai';
import type { EventId, TenantName } from '../../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../../channels/codec.ts';
import { encodeEvent } from '../../../../channels/encode.ts';
import { formatSequence } from '../../../../channels/event.ts';
import { channelTopic, partitionTopic } from '../../../../channels/topics.ts';
import { messageId } from '../../../../runtime/broker/message-id.ts';
import type { Message } from '../../../../runtime/broker/port.ts';
import type { Feed } from '../../../../runtime/store/sink/feeds.ts';
import { forgetSilentSources } from '../../../../runtime/store/sink/progress.ts';
import { BatchFold, foldBatch } from '../../../../runtime/store/sink/fold.ts';

const TENANT = 'acme' as TenantName;
const HOUR_MS = 3_600_000;
const feed: Feed = { topic: partitionTopic(channelTopic(TENANT, 'messaging'), 0), partition: 0, of: 'messaging' };

function stated(entry: number, source: string, sequence: number, publishTimeMs: number): Message {
  const { key, properties, payload } = encodeEvent({
    ...{ specversion: '1.0', id: `${source}/${sequence}` as EventId, source, type: 'message.sent' },
    ...{ time: new Date(publishTimeMs).toISOString(), sequence: formatSequence(sequence), data: {} },
  });
  return { topic: feed.topic, id: messageId(1, entry), key, properties, payload, publishTimeMs, redeliveryCount: 0 };
}

describe('a batch that is folded in parts', () => {
  it('comes out as in one, also where a source repeats itself after it would be forgotten', () => {
    const start = Date.UTC(2026, 2, 1);
    // More sources than are kept in any case; the first is silent for longer than it is remembered, then repeats itself.
    const messages = Array.from({ length: 100 }, (_, at) => stated(at, `/source/${at}`, 1, start + at * HOUR_MS));
    messages.push(stated(100, '/source/0', 1, start + 100 * HOUR_MS));
    const context = { tenant: TENANT, batch: 1, codec: PLAIN_CODEC };
    const parts = new BatchFold(context, new Map(), []);
    for (const message of messages) parts.add({ feed, messages: [message] });
    const whole = foldBatch(context, new Map(), [{ feed, messages }]);
    expect(whole.duplicates, 'the repetition is known').to.equal(1);
    expect(parts.folded).to.deep.equal(whole);
  });
});

describe('a source that has been silent', () => {
  it('is remembered where it is a loop, which may say its last again after any time', () => {
    const sources = Object.fromEntries(
      ['/engine/acme/3/g1', '/router/acme/3/g1', ...Array.from({ length: 98 }, (_, at) => `/gateway/${at}`)].map(
        (source, at) => [source, [7, at * HOUR_MS] as const],
      ),
    );
    const kept = Object.keys(forgetSilentSources(sources));
    expect(kept).to.have.length(2 + 24);
    expect(kept).to.include.members(['/engine/acme/3/g1', '/router/acme/3/g1']);
  });
});
