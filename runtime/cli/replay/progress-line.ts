import { clipped, terminalWidth } from '../events/event-text.ts';
import type { ReplayProgress } from './run-replay.ts';

/** Between two lines: a person reads no faster. Milliseconds. */
const REDRAW_MS = 200;

export interface ProgressLine {
  readonly show: (progress: ReplayProgress) => void;
  readonly end: () => void;
}

/** Where standard error is no terminal, shorter waits are nothing to log. Milliseconds. */
const LOGGED_WAIT_MS = 600_000;

/** One line of a terminal, written over and over. Where standard error is no terminal, only long waits are said. */
export function progressLine(total: number | undefined, already: number): ProgressLine {
  const { stderr } = process;
  if (!stderr.isTTY) {
    const show = (progress: ReplayProgress): void => {
      if ((progress.waitsUntilMs ?? 0) - Date.now() >= LOGGED_WAIT_MS) stderr.write(`${waitText(progress, '')}\n`);
    };
    return { show, end: () => undefined };
  }
  const beginning = Date.now();
  let drawn = 0;
  return {
    show: (progress) => {
      const { events, atMs, waitsUntilMs } = progress;
      const now = Date.now();
      if (now - drawn < REDRAW_MS && waitsUntilMs === undefined) return;
      drawn = now;
      const perSecond = Math.round(((events - already) / Math.max(1, now - beginning)) * 1_000);
      const of = total === undefined ? '' : ` of ${total.toString()}`;
      const text =
        waitsUntilMs === undefined
          ? `${events.toString()}${of} events · ${new Date(atMs).toISOString()} · ${perSecond.toString()}/s`
          : waitText(progress, of);
      const width = terminalWidth(stderr);
      stderr.write(`\r\u001b[K${clipped(text, width === undefined ? undefined : width - 1)}`);
    },
    end: () => {
      if (drawn > 0) stderr.write('\r\u001b[K');
    },
  };
}

function waitText({ events, atMs, waitsUntilMs = 0 }: ReplayProgress, of: string): string {
  const [until, next] = [momentText(waitsUntilMs), momentText(atMs)];
  return `${events.toString()}${of} events · waits until ${until} for the next, of ${next} (--max-gap shortens this)`;
}

/** To the second. At a low speed it may be beyond what a Date holds. */
function momentText(atMs: number): string {
  return Number.isNaN(new Date(atMs).getTime()) ? 'the end of time' : `${new Date(atMs).toISOString().slice(0, -5)}Z`;
}
