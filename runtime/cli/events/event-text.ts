import type { Event } from '../../../channels/event.ts';
import type { StoredEvent } from '../../store/stored-event.ts';

/** One line: when, what, about whom, and its data as far as the width goes. Undefined width: all of it. */
export function eventLine(row: StoredEvent, width: number | undefined): string {
  const about = row.conversation === '' ? row.contact : row.conversation;
  const line = [row.time, row.type.padEnd(24), about, row.id, row.data].filter((part) => part !== '').join('  ');
  return `${clipped(line, width)}\n`;
}

export function clipped(line: string, width: number | undefined): string {
  if (width === undefined || line.length <= width) return line;
  return `${line.slice(0, Math.max(0, width - 1))}…`;
}

/** What stands beside an event: enough to find it and to know what it was. */
export function named(row: StoredEvent): string {
  return `${row.time}  ${row.type}  ${row.id}`;
}

export function eventDetail(event: Event, causes: readonly StoredEvent[], effects: readonly StoredEvent[]): string {
  const cause =
    causes.length > 0
      ? causes.map((row) => `  ${named(row)}\n`).join('')
      : event.causationid === undefined
        ? '  nothing that is known\n'
        : `  ${event.causationid} (on no channel, or not stored)\n`;
  const effect = effects.length > 0 ? effects.map((row) => `  ${named(row)}\n`).join('') : '  nothing\n';
  return `${JSON.stringify(event, undefined, 2)}\n\nCaused by:\n${cause}\nCaused:\n${effect}`;
}

/** Columns of the terminal that is written to; undefined: a pipe, or a terminal that has not said, which get everything. */
export function terminalWidth(
  output: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> = process.stdout,
): number | undefined {
  return output.isTTY && output.columns > 0 ? output.columns : undefined;
}
