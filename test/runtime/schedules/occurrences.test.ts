import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  broadcastNameOf,
  nextOccurrence,
  occurrencesIn,
  schedulesOf,
  type Schedule,
} from '../../../runtime/schedules/occurrences.ts';
import { scheduled } from './schedule.ts';

function only(schedule: string, zone?: string): Schedule {
  const [found] = schedulesOf([scheduled([schedule], zone === undefined ? {} : { zone })]);
  if (!found) throw new Error('there is no schedule');
  return found;
}

const between = (schedule: Schedule, from: string, to: string): readonly string[] =>
  occurrencesIn(schedule, Date.parse(from), Date.parse(to)).map(({ dueMs }) => new Date(dueMs).toISOString());

describe('occurrences of a schedule', () => {
  it('are on its days, on the clocks of its zone', () => {
    const workdays = only('{ at: "09:00", days: mon-fri, list: members }');
    expect(between(workdays, '2026-03-06T00:00:00Z', '2026-03-10T12:00:00Z')).to.deep.equal([
      '2026-03-06T08:00:00.000Z',
      '2026-03-09T08:00:00.000Z',
      '2026-03-10T08:00:00.000Z',
    ]);
    const own = only('{ at: "09:00", list: members, zone: America/New_York }');
    expect(between(own, '2026-03-06T00:00:00Z', '2026-03-07T00:00:00Z')).to.deep.equal(['2026-03-06T14:00:00.000Z']);
  });

  it('count from after the one moment up to the other, both to the millisecond', () => {
    const daily = only('{ at: "09:00", list: members }');
    const due = '2026-03-06T08:00:00.000Z';
    expect(between(daily, due, due)).to.deep.equal([]);
    expect(between(daily, '2026-03-06T07:59:59.999Z', due)).to.deep.equal([due]);
    expect(between(daily, '2026-03-06T07:59:00Z', '2026-03-06T07:59:59.999Z')).to.deep.equal([]);
  });

  it('are one a day where clocks skip the time, at the jump', () => {
    const night = only('{ at: "02:30", list: members }');
    expect(between(night, '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).to.deep.equal([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  it('are one a day where clocks show the time twice, the first', () => {
    const night = only('{ at: "02:30", list: members }');
    expect(between(night, '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).to.deep.equal([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  it('are the same however the time between is cut', () => {
    const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) });
    const time = fc.constantFrom('00:00', '01:30', '02:00', '02:30', '03:00', '23:59');
    const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC');
    fc.assert(
      fc.property(time, zone, fc.tuple(moment, moment, moment), (at, where, moments) => {
        const schedule = only(`{ at: "${at}", days: "mon,wed-sun", list: members }`, where);
        const [from, cut, to] = moments.toSorted((a, b) => a - b) as [number, number, number];
        const dues = (after: number, until: number) => occurrencesIn(schedule, after, until).map(({ dueMs }) => dueMs);
        expect([...dues(from, cut), ...dues(cut, to)]).to.deep.equal(dues(from, to));
      }),
      { numRuns: 30 },
    );
  });

  it('name the broadcast that each becomes', () => {
    const schedule = only('{ at: "09:00", list: members }');
    const dueMs = nextOccurrence(schedule, Date.parse('2026-03-09T00:00:00Z'));
    expect(broadcastNameOf({ ...schedule, dueMs })).to.equal('renewals@members.0900.20260309T080000Z');
  });
});
