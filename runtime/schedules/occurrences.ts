/** When definitions start by themselves. Pure: which moments are due follows from definitions and clocks alone. */
import type { Machine } from '../../dsl/machine/machine.ts';
import type { ScheduleStart } from '../../dsl/machine/starts.ts';
import { formatTimeOfDay, nextLocalTime } from '../../dsl/text/local-time.ts';

export interface Schedule {
  readonly machine: Machine;
  readonly start: ScheduleStart;
}

export interface Occurrence extends Schedule {
  readonly dueMs: number;
}

export function schedulesOf(machines: readonly Machine[]): readonly Schedule[] {
  return machines.flatMap((machine) =>
    machine.starts.flatMap((start) => (start.on === 'schedule' ? [{ machine, start }] : [])),
  );
}

/** What tells a schedule from others, whatever its days and zone: the checker lets no definition have it twice. */
export function keyOf({ machine, start: { list, at } }: Schedule): string {
  return `${machine.name}@${list}.${formatTimeOfDay(at.minutes).replace(':', '')}`;
}

/** The first after `afterMs`. */
export function nextOccurrence({ start: { at, zone } }: Schedule, afterMs: number): number {
  return nextLocalTime(afterMs, at, zone);
}

/** After the one and up to the other moment, oldest first. */
export function occurrencesIn(schedule: Schedule, afterMs: number, untilMs: number): readonly Occurrence[] {
  const occurrences: Occurrence[] = [];
  for (let dueMs = nextOccurrence(schedule, afterMs); dueMs <= untilMs; dueMs = nextOccurrence(schedule, dueMs)) {
    occurrences.push({ ...schedule, dueMs });
  }
  return occurrences;
}

/** The broadcast that an occurrence becomes, however often it is looked at: `renewals@members.0900.20260309T080000Z`. */
export function broadcastNameOf(occurrence: Occurrence): string {
  const stamp = new Date(occurrence.dueMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `${keyOf(occurrence)}.${stamp}Z`;
}
