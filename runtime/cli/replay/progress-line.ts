import { clipped, terminalWidth } from '../events/event-text.ts';
import type { ReplayProgress } from './run-replay.ts';

/** Between two lines: a person reads no faster. Milliseconds. */
const REDRAW_MS = 200;

export interface ProgressLine {
  readonly show: (progress: ReplayProgress) => void;
  readonly end: () => void;
}

/** One line of a terminal, written over and over; nothing where standard error is no terminal. */
export function progressLine(total: number | undefined, already: number): ProgressLine {
  const { stderr } = process;
  if (!stderr.isTTY) return { show: () => undefined, end: () => undefined };
  const beginning = Date.now();
  let drawn = 0;
  return {
    show: ({ events, atMs }) => {
      const now = Date.now();
      if (now - drawn < REDRAW_MS) return;
      drawn = now;
      const perSecond = Math.round(((events - already) / Math.max(1, now - beginning)) * 1_000);
      const of = total === undefined ? '' : ` of ${total.toString()}`;
      const text = `${events.toString()}${of} events · ${new Date(atMs).toISOString()} · ${perSecond.toString()}/s`;
      const width = terminalWidth(stderr);
      stderr.write(`\r\u001b[K${clipped(text, width === undefined ? undefined : width - 1)}`);
    },
    end: () => {
      if (drawn > 0) stderr.write('\r\u001b[K');
    },
  };
}
