import type { Address } from '../../channels/brands.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import { CARRIER } from './carrier.ts';
import type { Incoming } from './load.ts';
import type { Random } from './random.ts';

/** Somebody who does not exist: a test lets time pass for them. */
const TRAVELLER = 'probe:traveller.scripted' as Address;

/** Of what they say, nothing asks a data source: of these people none is asked. */
const WORDS = ['hello', 'later', 'later', 'good', 'STOP', 'START'];

/** From less than any deadline of theirs to more than all. */
const PASSING_MS = [1, 900, 15_000, 40_000, 300_000];

export interface TravelsPlan {
  readonly random: Random;
  readonly durationMs: number;
}

/** In some worlds, what somebody writes for whom time passes at once, in between. */
export function travelsOf({ random, durationMs }: TravelsPlan): readonly Incoming[] {
  if (random.chance(0.6)) return [];
  const subject = contactKeyOf(TRAVELLER);
  return Array.from({ length: random.between(4, 14) }, (_, at): Incoming => {
    const id = `travel-${at}`;
    const atMs = random.below(durationMs);
    if (random.chance(0.5)) {
      const data = { connector: CARRIER, from: TRAVELLER, text: random.pick(WORDS), providerId: id };
      return { atMs, id, channel: 'messaging', event: { type: 'message.received', id, subject, data } };
    }
    const ms = at === 0 && random.chance(0.3) ? -86_400_000 : random.pick(PASSING_MS);
    return { atMs, id, channel: 'messaging', event: { type: 'probe.time-requested', id, subject, data: { ms } } };
  }).sort((one, other) => one.atMs - other.atMs);
}
