/** Times of day and days of the week, as `delay`, `send` and `schedule` write them. */
import { parseDays } from '../text/days.ts';
import { parseTimeOfDay, type DailyTime } from '../text/local-time.ts';
import type { SourceDays } from '../schema/source.ts';
import type { Compilation } from './compilation.ts';

type Reporting = Pick<Compilation, 'report' | 'tree'>;

export function compileDailyTime(
  c: Reporting,
  source: { readonly at?: string; readonly days?: SourceDays },
): DailyTime {
  const { at = '' } = source;
  const minutes = parseTimeOfDay(at);
  if (minutes === undefined) {
    c.report.add('wrong-value', c.tree.valueRange(source, 'at'), `"${at}" is no time of day`, {
      expected: 'hours and minutes such as "09:00" or "17:30"',
    });
  }
  return { minutes: minutes ?? 0, ...compileDays(c, source) };
}

/** None where it does not name any: every day. */
export function compileDays(
  c: Reporting,
  source: { readonly days?: SourceDays },
): { readonly days?: readonly number[] } {
  if (source.days === undefined) return {};
  const written = [source.days].flat().join(',');
  const days = parseDays(written);
  if (days) return { days };
  c.report.add('wrong-value', c.tree.valueRange(source, 'days'), `"${written}" names no days`, {
    expected: 'days such as mon-fri, or [mon, wed, fri]',
  });
  return {};
}
