/** The start of a definition that a scenario's `schedule` means. */
import type { Machine } from '../machine/machine.ts';
import { formatTimeOfDay } from '../text/local-time.ts';
import type { Action } from './scenario.ts';

type Schedule = Action & { do: 'schedule' };

/** One that the definition does not have is skipped by its reason, as everything that does not start. */
export function scheduleOf(
  { list, at }: Pick<Schedule, 'list' | 'at'>,
  machine: Machine | undefined,
): { readonly list: string; readonly at: string } {
  const schedules = (machine?.starts ?? []).flatMap((start) =>
    start.on === 'schedule' ? [{ list: start.list, at: formatTimeOfDay(start.at.minutes) }] : [],
  );
  const found = schedules.find((one) => (list ?? one.list) === one.list && (at ?? one.at) === one.at);
  return found ?? { list: list ?? 'none', at: at ?? 'never' };
}
