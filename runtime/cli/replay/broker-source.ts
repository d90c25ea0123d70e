import { decodeEvent, EVENT_PROPERTIES } from '../../../channels/encode.ts';
import type { Event } from '../../../channels/event.ts';
import { isReplayedEvent, isReplayedMessage } from '../../../channels/replayed.ts';
import { CHANNELS, channelTopic, partitionTopic } from '../../../channels/topics.ts';
import { compareMessageIds, type MessageId } from '../../broker/message-id.ts';
import type { Broker, Message, Reader } from '../../broker/port.ts';
import { tenantPartitions } from '../../events/tenant.ts';
import { contactKey } from '../events/event-filter.ts';
import type { ReplayPlan } from './plan.ts';
import { ReplayError } from './replay-error.ts';
import type { ReplayItem, ReplaySource } from './source.ts';

/** What a topic holds comes at once; a topic that gives nothing for so long has lost it, or the broker is away. */
const STALLED_MS = 60_000;

const PAGE_EVENTS = 1_000;

/** One partition of a channel, up to what it held at the beginning. */
interface Tape {
  readonly topic: string;
  readonly reader: Reader;
  readonly last: MessageId;
  head: Message | undefined;
}

/** From the channels themselves, in the order of publication: also what the store does not have yet, or any more. */
export function brokerSource(broker: Broker, plan: ReplayPlan): ReplaySource {
  return {
    count: () => Promise.resolve(undefined),
    read: async function* (place) {
      const after = place?.kind === 'broker' ? place.after : {};
      const tapes = await openTapes(broker, plan, after);
      try {
        yield* merged(tapes, plan, { ...after });
      } finally {
        await Promise.all(tapes.map(({ reader }) => reader.close()));
      }
    },
    close: () => Promise.resolve(),
  };
}

async function openTapes(
  broker: Broker,
  plan: ReplayPlan,
  after: Readonly<Record<string, MessageId>>,
): Promise<readonly Tape[]> {
  await tenantPartitions(broker.admin, plan.tenant);
  const tapes: Tape[] = [];
  const from = Date.parse(plan.from);
  for (const channel of CHANNELS) {
    const whole = channelTopic(plan.tenant, channel);
    const partitions = await broker.admin.partitions(whole);
    for (let partition = 0; partition < partitions; partition++) {
      const topic = partitionTopic(whole, partition);
      const last = await broker.admin.lastMessageId(topic);
      const known = after[topic];
      if (last === undefined || (known !== undefined && compareMessageIds(known, last) >= 0)) continue;
      // A reader that begins behind the last message would wait for one that nobody may ever publish.
      if (known === undefined && !(await broker.admin.holdsSince(topic, from))) continue;
      const reader = await broker.createReader({
        topic,
        from: known === undefined ? { timeMs: from } : { after: known },
      });
      tapes.push({ topic, last, reader, head: await soon(reader) });
    }
  }
  return tapes;
}

async function* merged(
  tapes: readonly Tape[],
  plan: ReplayPlan,
  positions: Record<string, MessageId>,
): AsyncGenerator<readonly ReplayItem[]> {
  const matches = matcherOf(plan);
  const to = Date.parse(plan.to);
  const from = Date.parse(plan.from);
  let page: ReplayItem[] = [];
  for (;;) {
    const tape = earliest(tapes);
    const message = tape?.head;
    if (!tape || !message || message.publishTimeMs > to) break;
    positions[tape.topic] = message.id;
    const event = message.publishTimeMs < from ? undefined : matches(message);
    if (event) {
      page.push({ event, atMs: message.publishTimeMs, place: { kind: 'broker', after: { ...positions } } });
    }
    if (page.length === PAGE_EVENTS) {
      yield page;
      page = [];
    }
    tape.head = await nextOf(tape);
  }
  if (page.length > 0) yield page;
}

function earliest(tapes: readonly Tape[]): Tape | undefined {
  let best: Tape | undefined;
  for (const tape of tapes) {
    if (tape.head && (!best?.head || tape.head.publishTimeMs < best.head.publishTimeMs)) best = tape;
  }
  return best;
}

async function nextOf({ reader, last, head }: Tape): Promise<Message | undefined> {
  return head && compareMessageIds(head.id, last) >= 0 ? undefined : soon(reader);
}

/** Undefined for what is filtered out, and for what is no event. */
function matcherOf({ types, contact, correlation }: ReplayPlan): (message: Message) => Event | undefined {
  const isWanted = (type: string): boolean =>
    types.length === 0 ||
    types.some((wanted) => (wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted));
  const subject = contact === undefined ? undefined : contactKey(contact);
  return (message) => {
    const { properties, payload } = message;
    if (isReplayedMessage(message) || !isWanted(properties[EVENT_PROPERTIES.type] ?? '')) return undefined;
    if (subject !== undefined && properties[EVENT_PROPERTIES.subject] !== subject) return undefined;
    try {
      const event = decodeEvent(payload);
      if (isReplayedEvent(event)) return undefined;
      return correlation === undefined || event.correlationid === correlation ? event : undefined;
    } catch {
      return undefined;
    }
  };
}

async function soon(reader: Reader): Promise<Message> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const text = `${reader.topic} gives nothing, although the broker says that it holds more`;
      reject(new ReplayError('replay-source-stalled', text));
    }, STALLED_MS);
  });
  try {
    return await Promise.race([reader.next(), stalled]);
  } finally {
    clearTimeout(timer);
  }
}
