import { expect } from 'chai';
import type { EventId } from '../../../channels/brands.ts';
import type { Event } from '../../../channels/event.ts';
import { inOwnTime, TIME_PASSED } from '../../../dsl/scenario/record/own-time.ts';

function eventAt(time: string, type = 'message.requested', data: object = {}): Event {
  return { specversion: '1.0', id: time as EventId, type, source: '/engine', time, data };
}

const passed = [
  eventAt('2026-11-28T22:00:00.000Z', TIME_PASSED, { ms: -1, leftMs: 0, now: '2026-03-02T09:00:00.000Z' }),
  eventAt('2026-11-28T22:00:10.000Z', TIME_PASSED, { ms: 1, leftMs: 0, now: '2026-03-04T09:00:10.000Z' }),
];
const ownTime = (time: string): string => inOwnTime(eventAt(time), passed).time;

describe('the time of an event for a person for whom time passed', () => {
  it('goes on from what passed last', () => {
    expect(ownTime('2026-11-28T22:00:03.500Z')).to.equal('2026-03-02T09:00:03.500Z');
    expect(ownTime('2026-11-28T22:00:11.000Z')).to.equal('2026-03-04T09:00:11.000Z');
  });

  it('is what passed, in the same millisecond', () => {
    expect(ownTime('2026-11-28T22:00:10.000Z')).to.equal('2026-03-04T09:00:10.000Z');
  });

  it('is the platform’s before, and where no time passed', () => {
    expect(ownTime('2026-11-28T21:59:00.000Z')).to.equal('2026-11-28T21:59:00.000Z');
    expect(inOwnTime(eventAt('2026-11-28T22:00:00.000Z'), []).time).to.equal('2026-11-28T22:00:00.000Z');
  });
});
