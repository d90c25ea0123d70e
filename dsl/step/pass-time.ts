/**
 * Time passes at once for somebody who does not exist, because a test says so: their own time is then ahead of the
 * platform's. Nothing fires by that: what falls due does so as ever, as an input of its own, in its order.
 */
import type { EventId } from '../../channels/brands.ts';
import { isScriptedContact } from '../../channels/contact-key.ts';
import { timersOf } from '../contact.ts';
import type { Draft } from './draft.ts';
import { isRepeated } from './repeats.ts';
import { isoOf } from './timers.ts';

/**
 * Not beyond their next deadline: first it fires, and what follows from it comes back. Of whom nothing is known yet
 * begins at whatever moment, a past one too.
 */
export function passTime(draft: Draft, id: EventId, askedMs: number): void {
  if (!isScriptedContact(draft.state.key) || isRepeated(draft, `time ${id}`)) return;
  const { aheadMs = 0 } = draft.state;
  const next = Math.min(...timersOf(draft.before).map(({ due }) => due + aheadMs));
  const most = Math.max(0, next - draft.now);
  const ms = draft.before ? Math.min(Math.max(0, askedMs), most) : askedMs;
  if (ms !== 0) draft.update({ aheadMs: aheadMs + ms });
  const leftMs = Math.max(0, askedMs - ms);
  draft.emit('timers', 'probe.time-passed', { ms, leftMs, now: isoOf(draft.now + ms) });
}
