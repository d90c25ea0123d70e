import { EVENT_PROPERTIES } from '../../channels/encode.ts';
import type { OutgoingMessage } from '../../runtime/broker/port.ts';
import type { NewEvent } from '../../runtime/events/publisher.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import { parseAddress } from '../../channels/contact-key.ts';
import { CARRIER } from './carrier.ts';
import type { Random } from './random.ts';
import { POISON } from './simulated-step.ts';

/** Something that comes in from outside. */
export type Incoming = { readonly atMs: number; readonly id: string } & (
  | { readonly channel: 'messaging' | 'external'; readonly event: NewEvent & { readonly id: string } }
  /** No event, though it looks like one. */
  | { readonly channel: 'messaging'; readonly message: OutgoingMessage }
);

const WORDS = ['hello', 'good', 'so so', 'later', 'order', 'hello', 'order', 'STOP', 'START', 'what?'];

/** Reached by a connector that nobody runs. */
const UNSERVED = { connector: 'sms', address: 'tel:+15550100' };

/** Around a moment at which something goes wrong. */
const BUSY_MS = 350;
const VERY_BUSY_MS = 10;

export interface LoadPlan {
  readonly random: Random;
  readonly durationMs: number;
  /** Moments at which more comes in than otherwise. */
  readonly busyMs: readonly number[];
  /** Some of it can not be processed. */
  readonly isPoisonous: boolean;
}

/** What people write and what the shop tells, over a time; always the same for a seed. */
export function loadOf({ random, durationMs, busyMs, isPoisonous }: LoadPlan): readonly Incoming[] {
  const people = Array.from({ length: random.between(2, 5) }, (_, at) => parseAddress(`${CARRIER}:person-${at}`));
  const orders = random.between(1, 6);
  const incoming: Incoming[] = [];
  const somewhen = (): number => {
    if (busyMs.length === 0 || random.chance(0.4)) return random.below(durationMs);
    const nearMs = random.chance(0.5) ? BUSY_MS : VERY_BUSY_MS;
    return Math.max(0, random.pick(busyMs) + random.between(-nearMs, nearMs));
  };
  for (let count = random.between(6, 36), at = 0; at < count; at++) {
    const isUnserved = random.chance(0.03);
    const connector = isUnserved ? UNSERVED.connector : CARRIER;
    const from = isUnserved ? parseAddress(UNSERVED.address) : random.pick(people);
    const id = `message-${at}`;
    const text = isPoisonous && random.chance(0.1) ? POISON : random.pick(WORDS);
    const data = { connector, from, text, providerId: id };
    const event = { type: 'message.received', id, subject: contactKeyOf(from), data };
    incoming.push({ atMs: somewhen(), id, channel: 'messaging', event });
  }
  for (let at = isPoisonous ? random.below(3) : 0; at > 0; at--) {
    const id = `garbage-${at}`;
    const type = random.pick(['message.received', 'message.requested']);
    const properties = { [EVENT_PROPERTIES.id]: id, [EVENT_PROPERTIES.type]: type };
    const message = { payload: Buffer.from('{"this is":'), properties };
    incoming.push({ atMs: somewhen(), id, channel: 'messaging', message });
  }
  for (let at = 0; at < orders; at++) {
    const order = `A${at}`;
    const placedMs = somewhen();
    const shop = { source: 'urn:shop' };
    const data = { order, customer: random.pick(people) };
    incoming.push({
      ...{ atMs: placedMs, id: `placed-${order}` },
      channel: 'external',
      event: { ...shop, type: 'com.shop.order.placed', id: `placed-${order}`, data },
    });
    if (random.chance(0.2)) continue;
    // Often at the same time, so that the event and who waits for it race.
    const paidMs = random.chance(0.6) ? placedMs + random.below(1500) : somewhen();
    incoming.push({
      ...{ atMs: paidMs, id: `paid-${order}` },
      channel: 'external',
      event: { ...shop, type: 'com.shop.order.paid', id: `paid-${order}`, data: { order } },
    });
  }
  return incoming.sort((a, b) => a.atMs - b.atMs);
}
