import { expect } from 'chai';
import type { EventId, Millis } from '../../../channels/brands.ts';
import type { Event } from '../../../channels/event.ts';
import { momentOf } from '../../../runtime/black-box/own-moment.ts';
import { PASSED } from '../../../runtime/black-box/own-time.ts';

const BEGUN = Date.parse('2026-03-02T09:00:00Z') as Millis;
const ANA = 'c-probe-scripted-ana';

/** `time` is the platform's. */
function eventAt(time: string, type: string, data: object = {}, subject = ANA): Event {
  const id = `${type} ${time}` as EventId;
  return { specversion: '1.0', id, type, source: '/engine', subject, time: `2026-11-28T${time}Z`, data };
}

const passedTo = (time: string, now: string): Event => eventAt(time, PASSED, { ms: 0, leftMs: 0, now });

function told(said: Event, before: readonly Event[]): readonly (string | undefined)[] {
  const moment = momentOf(said, [...before, said], BEGUN);
  return [moment?.own, moment?.earliest, moment?.latest].map((ms) =>
    ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 19),
  );
}

describe('the moment of what happens to a person for whom time passes', () => {
  const said = eventAt('22:00:09', 'message.requested');

  it('is in their own time, later than in virtual time by at most what the platform took', () => {
    const before = [passedTo('22:00:00', '2026-03-02T09:00:00Z'), passedTo('22:00:05', '2026-03-02T14:00:05Z')];
    expect(told(said, before)).to.deep.equal(['2026-03-02T14:00:09', '2026-03-02T14:00:00', '2026-03-02T14:00:09']);
  });

  it('may be as much later as it took until their time began', () => {
    const before = [passedTo('22:00:00', '2026-03-02T09:00:02Z')];
    expect(told(said, before)).to.deep.equal(['2026-03-02T09:00:11', '2026-03-02T09:00:00', '2026-03-02T09:00:11']);
  });

  it('may be as much earlier as the clock there is behind', () => {
    const before = [passedTo('22:00:00', '2026-03-02T08:59:57Z')];
    expect(told(said, before)).to.deep.equal(['2026-03-02T09:00:06', '2026-03-02T08:59:57', '2026-03-02T09:00:09']);
  });

  it('does not rest on what passed later, or for somebody else', () => {
    const before = [
      passedTo('22:00:00', '2026-03-02T09:00:00Z'),
      eventAt('22:00:01', PASSED, { now: '2026-03-09T09:00:00Z' }, 'c-probe-scripted-ben'),
    ];
    const after = passedTo('22:00:10', '2026-03-03T09:00:00Z');
    const moment = momentOf(said, [...before, said, after], BEGUN);
    expect(moment?.own).to.equal(Date.parse('2026-03-02T09:00:09Z'));
  });

  it('is unknown where no time passed', () => {
    expect(told(said, [])).to.deep.equal([undefined, undefined, undefined]);
  });
});
