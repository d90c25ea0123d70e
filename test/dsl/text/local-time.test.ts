import { expect } from 'chai';
import fc from 'fast-check';
import { instantOf, localTimeOf, nextLocalTime } from '../../../dsl/text/local-time.ts';

const ZONES = [
  ...['UTC', 'America/New_York', 'Europe/Berlin', 'Europe/London', 'Australia/Lord_Howe', 'America/St_Johns'],
  ...['Asia/Kolkata', 'Asia/Kathmandu', 'Pacific/Apia', 'Africa/Casablanca', 'America/Santiago', 'America/Havana'],
  ...['Asia/Beirut', 'Pacific/Chatham', 'Africa/Cairo', 'America/Sao_Paulo', 'Asia/Tehran'],
];

const MINUTE = 60_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

/** What Intl says that clocks show: `2026-03-08 09:00 Sun`. */
function shown(instant: number, zone: string): string {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      weekday: 'short',
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    });
  clocks.set(zone, clock);
  const parts = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, value]));
  return `${parts['year'] ?? ''}-${parts['month'] ?? ''}-${parts['day'] ?? ''} ${parts['hour'] ?? ''}:${parts['minute'] ?? ''} ${parts['weekday'] ?? ''}`;
}

const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const WEEK = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const zone = fc.constantFrom(...ZONES);
const instant = fc.integer({ min: Date.UTC(1995, 0, 1), max: Date.UTC(2037, 0, 1) });
const minutes = fc.integer({ min: 0, max: 1439 });
const days = fc.option(fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), { nil: undefined });

const iso = (millis: number) => new Date(millis).toISOString();

describe('local times', () => {
  it('come back from the instant at which clocks show them', () => {
    fc.assert(
      fc.property(instant, zone, (at, where) => {
        const whole = Math.floor(at / MINUTE) * MINUTE;
        const found = instantOf(localTimeOf(whole, where), where);
        expect(shown(found, where)).to.equal(shown(whole, where));
        expect(found, 'the first of the two').to.be.at.most(whole);
      }),
      { numRuns: 300 },
    );
  });

  it('are the next such time on such a day: Intl shows it, or clocks have jumped over it', () => {
    fc.assert(
      fc.property(instant, zone, minutes, days, (now, where, time, on) => {
        const found = nextLocalTime(now, { minutes: time, ...(on ? { days: on } : {}) }, where);
        expect(found).to.be.greaterThan(now);
        const text = shown(found, where);
        if (text.slice(11, 16) === clockOf(time)) {
          const weekday = WEEK.indexOf(text.slice(17)) + 1;
          expect(on ?? [weekday]).to.include(weekday);
          return;
        }
        expect(
          shown(found - 1, where).slice(0, 16) < `${text.slice(0, 10)} ${clockOf(time)}`,
          'before the jump',
        ).to.equal(true);
        expect(text.slice(0, 16) > `${shown(found - 1, where).slice(0, 10)} ${clockOf(time)}`, 'after it').to.equal(
          true,
        );
      }),
      { numRuns: 400 },
    );
  });

  it('are not missed: no earlier minute shows the time for the first time', () => {
    const nearChange = fc.constantFrom(
      ['America/New_York', '2026-03-08T00:00Z'] as const,
      ['America/New_York', '2026-11-01T00:00Z'] as const,
      ['Europe/Berlin', '2026-03-28T20:00Z'] as const,
      ['Europe/Berlin', '2026-10-24T20:00Z'] as const,
      ['Australia/Lord_Howe', '2026-10-03T06:00Z'] as const,
      ['America/Havana', '2026-03-08T00:00Z'] as const,
      ['America/Havana', '2026-11-01T00:00Z'] as const,
      ['Pacific/Apia', '2011-12-29T12:00Z'] as const,
    );
    fc.assert(
      fc.property(nearChange, fc.integer({ min: 0, max: 20 * 60 }), minutes, ([where, from], after, time) => {
        const now = Date.parse(from) + after * MINUTE;
        const found = nextLocalTime(now, { minutes: time }, where);
        const before = new Set<string>();
        for (let at = now - 180 * MINUTE; at < found; at += MINUTE) {
          const text = shown(at, where).slice(0, 16);
          if (at > now && text.endsWith(clockOf(time))) expect(before, `${iso(at)} is earlier`).to.include(text);
          before.add(text);
        }
      }),
      { numRuns: 15 },
    );
  });

  const examples: readonly (readonly [string, string, string, number, readonly number[] | undefined, string])[] = [
    [
      'skipped in spring: at the jump',
      'America/New_York',
      '2026-03-08T06:00:00Z',
      150,
      undefined,
      '2026-03-08T07:00:00.000Z',
    ],
    [
      'twice in autumn: the first',
      'America/New_York',
      '2026-11-01T04:00:00Z',
      90,
      undefined,
      '2026-11-01T05:30:00.000Z',
    ],
    [
      'twice, the first has passed: tomorrow',
      'America/New_York',
      '2026-11-01T05:45:00Z',
      90,
      undefined,
      '2026-11-02T06:30:00.000Z',
    ],
    [
      'a day that does not exist: at the jump',
      'Pacific/Apia',
      '2011-12-29T21:00:00Z',
      540,
      [5],
      '2011-12-30T10:00:00.000Z',
    ],
    ['the exact moment has passed', 'UTC', '2026-03-06T09:00:00Z', 540, [1, 2, 3, 4, 5], '2026-03-09T09:00:00.000Z'],
    ['midnight skipped', 'America/Havana', '2026-03-07T12:00:00Z', 0, undefined, '2026-03-08T05:00:00.000Z'],
  ];
  for (const [title, where, now, time, on, expected] of examples) {
    it(title, () => {
      expect(iso(nextLocalTime(Date.parse(now), { minutes: time, ...(on ? { days: on } : {}) }, where))).to.equal(
        expected,
      );
    });
  }
});
