/** What expressions can do beyond CEL's own functions: dates, money, formats in the person's language and zone. */
import type { Environment } from '@marcbachmann/cel-js';
import { Duration } from '@marcbachmann/cel-js/evaluator';
import { formatTime } from '../text/format-time.ts';
import { instantOf, parseTimeOfDay } from '../text/local-time.ts';
import { formatMoney, isCurrency } from '../text/money.ts';
import { findsPattern } from '../text/pattern.ts';
import { pluralOf } from '../text/plural.ts';
import { partsOf, todayIn } from '../text/read-time.ts';
import { showDuration } from '../text/show-duration.ts';
import { relativeDay } from '../text/relative-day.ts';
import { CalendarDate, isDate } from './calendar-date.ts';
import type { Presentation } from './environment.ts';
import { Money } from './money.ts';
import { PATTERN_METHOD } from './parse.ts';

const TIME = 'google.protobuf.Timestamp';
const DURATION = 'google.protobuf.Duration';

/** `presentation` is read whenever an expression asks for something of the person's language or zone. */
export function withFunctions(environment: Environment, presentation: Presentation): Environment {
  registerNumbers(environment, presentation);
  registerDates(environment, presentation);
  registerMoney(environment, presentation);
  return environment.registerFunction(`string.${PATTERN_METHOD}(string): bool`, (text: string, pattern: string) =>
    findsPattern(pattern, text),
  );
}

function registerNumbers(environment: Environment, presentation: Presentation): void {
  environment
    .registerFunction('int.format(): string', (value: bigint) => value.toLocaleString(presentation.locale))
    .registerFunction('double.format(): string', (value: number) => value.toLocaleString(presentation.locale))
    .registerFunction('double.format(int): string', (value: number, digits: bigint) =>
      value.toLocaleString(presentation.locale, {
        minimumFractionDigits: Number(digits),
        maximumFractionDigits: Number(digits),
      }),
    )
    .registerFunction('plural(int, map<string, string>): string', (count: bigint, forms: Forms) =>
      pluralOf(Number(count), forms, presentation.locale),
    )
    .registerFunction('plural(double, map<string, string>): string', (count: number, forms: Forms) =>
      pluralOf(count, forms, presentation.locale),
    );
}

type Forms = Readonly<Record<string, string>> | ReadonlyMap<string, string>;

function registerDates(environment: Environment, presentation: Presentation): void {
  const dayOf = (time: Date): CalendarDate => todayIn(presentation.zone, time.getTime());
  environment
    .registerType('date', CalendarDate)
    .registerOperator('date == date', (a: CalendarDate, b: CalendarDate) => a.iso === b.iso)
    .registerOperator('date < date', (a: CalendarDate, b: CalendarDate) => a.iso < b.iso)
    .registerOperator('date <= date', (a: CalendarDate, b: CalendarDate) => a.iso <= b.iso)
    .registerOperator('date > date', (a: CalendarDate, b: CalendarDate) => a.iso > b.iso)
    .registerOperator('date >= date', (a: CalendarDate, b: CalendarDate) => a.iso >= b.iso)
    .registerOperator(`date - date: ${DURATION}`, (a: CalendarDate, b: CalendarDate) =>
      Duration.fromMilliseconds(a.utcMidnight - b.utcMidnight),
    )
    .registerFunction('date(string): date', (text: string) => {
      if (!isDate(text)) throw new RangeError(`"${text}" is no date such as 2026-03-08`);
      return new CalendarDate(text);
    })
    .registerFunction('date.addDays(int): date', (date: CalendarDate, days: bigint) => date.addDays(Number(days)))
    .registerFunction('date.getDayOfWeek(): int', (date: CalendarDate) => BigInt(date.weekday % 7))
    .registerFunction(`date.at(string): ${TIME}`, (date: CalendarDate, text: string) => {
      const minutes = parseTimeOfDay(text);
      if (minutes === undefined) throw new RangeError(`"${text}" is no time of day such as 09:00`);
      return new Date(instantOf({ ...partsOf(date), minutes }, presentation.zone));
    })
    .registerFunction('date.format(string): string', (date: CalendarDate, pattern: string) =>
      formatTime(new Date(date.utcMidnight), pattern, presentation.locale, 'UTC'),
    )
    .registerFunction('date.relativeTo(date): string', (day: CalendarDate, today: CalendarDate) =>
      relativeDay(day, today, presentation.locale),
    )
    .registerFunction(`date.relativeTo(${TIME}): string`, (day: CalendarDate, now: Date) =>
      relativeDay(day, dayOf(now), presentation.locale),
    )
    .registerFunction(`${TIME}.relativeTo(${TIME}): string`, (time: Date, now: Date) =>
      relativeDay(dayOf(time), dayOf(now), presentation.locale),
    )
    .registerFunction(`${DURATION}.format(): string`, (duration: Duration) =>
      showDuration(duration.valueOf(), presentation.locale),
    )
    .registerFunction(`${TIME}.date(): date`, (time: Date) => dayOf(time))
    .registerFunction(`${TIME}.format(string): string`, (time: Date, pattern: string) =>
      formatTime(time, pattern, presentation.locale, presentation.zone),
    );
}

function registerMoney(environment: Environment, presentation: Presentation): void {
  environment
    .registerType('money', { ctor: Money, fields: { minor: 'int', currency: 'string' } })
    .registerOperator('money == money', (a: Money, b: Money) => a.minor === b.minor && a.currency === b.currency)
    .registerOperator('money < money', (a: Money, b: Money) => a.compare(b) < 0)
    .registerOperator('money <= money', (a: Money, b: Money) => a.compare(b) <= 0)
    .registerOperator('money > money', (a: Money, b: Money) => a.compare(b) > 0)
    .registerOperator('money >= money', (a: Money, b: Money) => a.compare(b) >= 0)
    .registerOperator('money + money', (a: Money, b: Money) => a.plus(b))
    .registerOperator('money - money', (a: Money, b: Money) => a.minus(b))
    .registerOperator('money * int: money', (a: Money, times: bigint) => new Money(a.minor * times, a.currency))
    .registerFunction('money(int, string): money', (minor: bigint, currency: string) => {
      if (!isCurrency(currency)) throw new RangeError(`"${currency}" is no currency such as EUR`);
      return new Money(minor, currency);
    })
    .registerFunction('money.format(): string', ({ minor, currency }: Money) =>
      formatMoney(minor, currency, presentation.locale),
    );
}
