/** Whether a message may leave now, by the definition's send window and cap; pure arithmetic over times. */
import type { Millis } from '../../channels/brands.ts';
import type { Otherwise, SendCap, SendPolicy, SendWindow } from '../machine/send-policy.ts';
import { instantOf, localTimeOf, nextLocalTime, weekdayOf } from '../text/local-time.ts';

export type Allowance = 'now' | Refused;

export interface Refused {
  readonly otherwise: Otherwise;
  readonly reason: 'quiet hours' | 'frequency cap' | 'an earlier message waits';
  /** When it may leave, as far as can be told now. */
  readonly until: Millis;
}

export interface Occasion {
  readonly now: number;
  /** Of the contact. */
  readonly zone: string;
  /** When messages that nobody had asked for left, oldest first. */
  readonly unprompted: readonly number[];
}

export function allowanceOf({ window, cap }: SendPolicy, occasion: Occasion): Allowance {
  const { now, zone, unprompted } = occasion;
  if (window && !isOpen(window, now, zone)) {
    const until = nextLocalTime(now, { minutes: window.from, ...(window.days ? { days: window.days } : {}) }, zone);
    return { otherwise: window.otherwise, reason: 'quiet hours', until: until as Millis };
  }
  const freeAt = cap ? freeFrom(cap, now, unprompted) : now;
  if (!cap || freeAt <= now) return 'now';
  return { otherwise: cap.otherwise, reason: 'frequency cap', until: freeAt as Millis };
}

/** From its opening until just before its closing. One that closes earlier in the day than it opens ends the next day. */
export function isOpen({ from, to, days }: SendWindow, now: number, zone: string): boolean {
  const { year, month, day } = localTimeOf(now, zone);
  const nights = to <= from ? 1 : 0;
  return [day - 1, day].some((opening) => {
    if (days && !days.includes(weekdayOf(Date.UTC(year, month - 1, opening)))) return false;
    const opensAt = instantOf({ year, month, day: opening, minutes: from }, zone);
    const closesAt = instantOf({ year, month, day: opening + nights, minutes: to }, zone);
    return opensAt <= now && now < closesAt;
  });
}

/** When fewer than `most` will lie within the period before. */
function freeFrom({ most, perMs }: SendCap, now: number, unprompted: readonly number[]): number {
  const oldest = unprompted[unprompted.length - most];
  return oldest === undefined ? now : oldest + perMs;
}
