import { expect } from 'chai';
import fc from 'fast-check';
import { conform, ValueError } from '../../../dsl/expression/values.ts';
import type { Json } from '../../../dsl/json.ts';
import type { ValueType } from '../../../dsl/machine/value-types.ts';
import { readReply } from '../../../dsl/text/read-reply.ts';
import { decimalOf, parseDecimal } from '../../../dsl/text/money.ts';
import { given, machineOf, type World } from '../given-when-then.ts';

/** What a text shows on Sunday 8 March 2026, 03:30 UTC. */
function shown(
  expression: string,
  world: World = {},
  vars = 'd: { type: date, default: 2026-12-31 }',
): string | undefined {
  const machine = machineOf(
    `conversation: test\nlocales: [en, de, pl, ar]\nstart: [{ match: go }]\nvars:\n  ${vars}\nsteps:\n  - say: |\n      \${${expression}}\n`,
  );
  return given([machine], { now: '2026-03-08T03:30:00Z', ...world })
    .reply('go')
    .said()[0]
    ?.trim();
}

describe('dates in expressions', () => {
  it('are compared, counted and shown', () => {
    expect(shown("vars.d > date('2026-03-08') && vars.d != date('2026-12-30')")).to.equal('true');
    expect(shown('(vars.d - vars.d.addDays(-2)).getHours()')).to.equal('48');
    expect(shown("vars.d.addDays(1).format('EEEE d MMMM yyyy')", { locale: 'de' })).to.equal('Freitag 1 Januar 2027');
    expect(shown('vars.d.getDayOfWeek()')).to.equal('4');
  });

  it("are the day of a time in the person's zone, and give times in it", () => {
    expect(shown("now.date().format('d')", { zone: 'America/New_York' })).to.equal('7');
    const time = "date('2026-03-08').at('02:30').format('HH:mm')";
    expect(shown(time, { zone: 'America/New_York' }), 'clocks jump over it').to.equal('03:00');
  });
});

describe('days relative to now', () => {
  const NEW_YORK = { zone: 'America/New_York' };
  const relative = (day: string, world: World = {}) => shown(`${day}.relativeTo(now)`, world);

  it("are named in the person's language", () => {
    expect(relative("date('2026-03-08')")).to.equal('today');
    expect(relative("date('2026-03-09')")).to.equal('tomorrow');
    expect(relative("date('2026-03-10')")).to.equal('in 2 days');
    expect(relative("date('2026-03-10')", { locale: 'de' })).to.equal('übermorgen');
    expect(relative("date('2026-03-13')", { locale: 'pl' })).to.equal('za 5 dni');
    expect(relative("date('2026-03-07')")).to.equal('yesterday');
    expect(shown("vars.d.relativeTo(date('2026-12-25'))")).to.equal('in 6 days');
  });

  it("are days of the calendar in the person's zone", () => {
    const at = "timestamp('2026-03-08T12:00:00Z')";
    expect(relative(at)).to.equal('today');
    expect(relative(at, NEW_YORK), 'it is still the seventh there').to.equal('tomorrow');
    expect(relative("date('2026-03-08')", NEW_YORK)).to.equal('tomorrow');
    expect(relative("timestamp('2026-03-08T05:30:00Z')", NEW_YORK), 'two hours away').to.equal('tomorrow');
  });

  it('count a day that has 23 or 25 hours as one', () => {
    const after = (first: string, second: string) =>
      shown(`timestamp('${second}').relativeTo(timestamp('${first}'))`, NEW_YORK);
    expect(after('2026-03-07T23:30:00-05:00', '2026-03-09T00:10:00-04:00')).to.equal('in 2 days');
    expect(after('2026-03-08T00:10:00-05:00', '2026-03-08T23:50:00-04:00')).to.equal('today');
    expect(after('2026-11-01T00:00:00-04:00', '2026-11-01T23:30:00-05:00')).to.equal('today');
    expect(after('2026-11-01T00:00:00-04:00', '2026-11-02T00:00:00-05:00')).to.equal('tomorrow');
  });
});

describe('money', () => {
  const vars = 'm: { type: money, currency: EUR, default: "19.99" }';

  it('is reckoned in whole numbers and shown in the locale', () => {
    expect(shown('(vars.m * 3 - money(1, "EUR")).format()', {}, vars)).to.equal('€59.96');
    expect(shown('vars.m.minor', {}, vars)).to.equal('1999');
    expect(shown('vars.m >= money(1999, "EUR")', {}, vars)).to.equal('true');
    expect(shown('money(1234567, "EUR").format()', { locale: 'de' })).to.match(/^12\.345,67\s€$/);
    expect(shown('money(1234, "JPY").format()')).to.equal('¥1,234');
  });

  it('comes back from its decimal text, of any currency', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom('EUR', 'JPY', 'KWD', 'USD'), (minor, currency) => {
        expect(parseDecimal(decimalOf(BigInt(minor), currency), currency)).to.equal(minor || 0);
      }),
    );
  });

  it('is never a JSON number, nor of another currency or with parts of a cent', () => {
    for (const json of [19.99, 1999, { minor: 1, currency: 'USD' }, { minor: 0.5, currency: 'EUR' }, '1.999'] as Json[])
      expect(() => conform({ type: 'money', currency: 'EUR' }, json, 'm'), JSON.stringify(json)).to.throw(ValueError);
  });
});

describe('plurals', () => {
  const days = (n: number, world: World) =>
    shown(
      `plural(${n.toString()}, {"zero": "0", "one": "1", "two": "2", "few": "f", "many": "m", "other": "o"})`,
      world,
    );

  it("take the form of the number in the person's language", () => {
    expect([0, 1, 2, 5].map((n) => days(n, { locale: 'en' }))).to.deep.equal(['o', '1', 'o', 'o']);
    expect([1, 3, 5, 22].map((n) => days(n, { locale: 'pl' }))).to.deep.equal(['1', 'f', 'm', 'f']);
    expect([0, 2, 11].map((n) => days(n, { locale: 'ar' }))).to.deep.equal(['0', '2', 'm']);
  });
});

describe('patterns', () => {
  it('are found in a text by matches, in time linear to it', () => {
    expect(shown("'order AB12'.matches('[A-Z]{2}[0-9]+') && !'ab'.matches('^b')")).to.equal('true');
    const hostile: ValueType = { type: 'text', pattern: '(a+)+' };
    expect(readReply(hostile, `${'a'.repeat(4000)}!`, { locale: 'en' })).to.equal(undefined);
  });
});

describe('bounds', () => {
  it('hold for inputs, and say what is wrong', () => {
    expect(() => conform({ type: 'integer', minimum: 1 }, 0, 'n')).to.throw('n is 0, not 1 or more');
    expect(() => conform({ type: 'date', maximum: '2026-01-01' }, '2026-01-02', 'd')).to.throw('2026-01-01 or earlier');
    expect(() => conform({ type: 'duration', maximum: 60_000 }, '2m', 'd')).to.throw('not 60s or less');
    expect(() => conform({ type: 'text', minLength: 2 }, '👍', 't')).to.throw('2 characters or more');
    expect(() => conform({ type: 'date' }, '2026-02-30', 'd')).to.throw(ValueError);
  });
});
