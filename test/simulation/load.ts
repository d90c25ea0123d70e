import type { NewEvent } from '../../runtime/events/publisher.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import { parseAddress } from '../../channels/contact-key.ts';
import { CARRIER } from './carrier.ts';
import type { Random } from './random.ts';

/** Something that comes in from outside. */
export interface Incoming {
  readonly atMs: number;
  readonly channel: 'messaging' | 'external';
  readonly event: NewEvent & { readonly id: string };
}

const WORDS = ['hello', 'good', 'so so', 'later', 'order', 'hello', 'order', 'STOP', 'START', 'what?'];

/** Around a moment at which something goes wrong. */
const BUSY_MS = 350;
const VERY_BUSY_MS = 10;

/** What people write and what the shop tells, over a time; always the same for a seed. */
export function loadOf(random: Random, durationMs: number, busyMs: readonly number[]): readonly Incoming[] {
  const people = Array.from({ length: random.between(2, 5) }, (_, at) => parseAddress(`${CARRIER}:person-${at}`));
  const orders = random.between(1, 6);
  const incoming: Incoming[] = [];
  const somewhen = (): number => {
    if (busyMs.length === 0 || random.chance(0.4)) return random.below(durationMs);
    const nearMs = random.chance(0.5) ? BUSY_MS : VERY_BUSY_MS;
    return Math.max(0, random.pick(busyMs) + random.between(-nearMs, nearMs));
  };
  for (let count = random.between(6, 36), at = 0; at < count; at++) {
    const from = random.pick(people);
    const id = `message-${at}`;
    const data = { connector: CARRIER, from, text: random.pick(WORDS), providerId: id };
    const event = { type: 'message.received', id, subject: contactKeyOf(from), data };
    incoming.push({ atMs: somewhen(), channel: 'messaging', event });
  }
  for (let at = 0; at < orders; at++) {
    const order = `A${at}`;
    const placedMs = somewhen();
    const shop = { source: 'urn:shop' };
    const data = { order, customer: random.pick(people) };
    incoming.push({
      atMs: placedMs,
      channel: 'external',
      event: { ...shop, type: 'com.shop.order.placed', id: `placed-${order}`, data },
    });
    if (random.chance(0.2)) continue;
    // Often at the same time, so that the event and who waits for it race.
    const paidMs = random.chance(0.6) ? placedMs + random.below(1500) : somewhen();
    incoming.push({
      atMs: paidMs,
      channel: 'external',
      event: { ...shop, type: 'com.shop.order.paid', id: `paid-${order}`, data: { order } },
    });
  }
  return incoming.sort((a, b) => a.atMs - b.atMs);
}
