import { clipped } from '../events/event-text.ts';
import type { ConversationHead } from './conversation-head.ts';
import { lasting, summaryOf } from './event-summary.ts';
import type { Episode, TimelineEntry, TimelineNode } from './timeline.ts';

/** Columns from which on an event and what it says fit on one line. */
const WIDE_COLUMNS = 90;

export interface ConversationSummary extends ConversationHead {
  readonly messages_in: number;
}

/** `columns`: of the terminal; undefined: a pipe, which gets everything. */
export function timelineText(
  conversation: ConversationSummary,
  episodes: readonly Episode[],
  columns: number | undefined,
): string {
  const isWide = columns === undefined || columns >= WIDE_COLUMNS;
  const lines = heading(conversation);
  let day = '';
  for (const { gapMs, roots } of episodes) {
    if (gapMs > 0) lines.push('', `${' '.repeat(TIME_COLUMNS)}·· ${lasting(gapMs)} later ··`);
    lines.push('');
    for (const root of roots) {
      const date = root.entry.row.time.slice(0, 10);
      if (date !== day) lines.push(date);
      day = date;
      lines.push(...treeLines(root, [], isWide));
    }
  }
  return lines.map((line) => `${clipped(line.trimEnd(), columns)}\n`).join('');
}

/** `22:04:02.376  ` */
const TIME_COLUMNS = 14;

function heading(row: ConversationSummary): string[] {
  const { started, ended } = row;
  const took = started === null || ended === null ? undefined : lasting(Date.parse(ended) - Date.parse(started));
  const end = [row.status, row.outcome === '' ? '' : `(${row.outcome})`, took === undefined ? '' : `after ${took}`];
  return [
    `${row.conversation}  ${row.definition} ${row.version}`,
    `${row.contact}, ${count(row.messages_in, 'message')} in, ${count(row.messages_out, 'message')} out`,
    `${end.filter((part) => part !== '').join(' ')}, ${took === undefined ? 'now' : 'last'} in ${row.state}`,
  ];
}

function count(number: number, what: string): string {
  return `${number.toString()} ${what}${number === 1 ? '' : 's'}`;
}

/** `isLast` of each level above: where the line of a level goes on. */
function treeLines(node: TimelineNode, isLast: readonly boolean[], isWide: boolean): readonly string[] {
  const { entry, effects } = node;
  const above = isLast
    .slice(0, -1)
    .map((last) => (last ? '   ' : '│  '))
    .join('');
  const branch = isLast.length === 0 ? '' : isLast.at(-1) === true ? '└─ ' : '├─ ';
  const below = isLast.map((last) => (last ? '   ' : '│  ')).join('') + (effects.length > 0 ? '│  ' : '   ');
  const time = entry.row.time.slice(11, 23).padEnd(TIME_COLUMNS);
  const name = `${sign(entry)} ${entry.row.type}${causeOf(entry, isLast.length === 0)}`;
  const summary = summaryOf(entry.row);
  const lines = isWide
    ? [`${time}${above}${branch}${name}  ${summary}`]
    : [`${time}${above}${branch}${name}`, ...(summary === '' ? [] : [`${' '.repeat(TIME_COLUMNS)}${below}${summary}`])];
  return [
    ...lines,
    ...effects.flatMap((effect, index) => treeLines(effect, [...isLast, index === effects.length - 1], isWide)),
  ];
}

/** In, out, a deadline, or what was decided. */
function sign({ row: { type, channel } }: TimelineEntry): string {
  if (type === 'message.requested') return '→';
  if (type === 'message.received' || channel === 'external') return type === 'message.received' ? '←' : '⇄';
  if (channel === 'timers') return '◷';
  return channel === 'messaging' ? '✓' : '·';
}

/** Only of what does not stand below its cause. */
function causeOf({ cause, row }: TimelineEntry, isRoot: boolean): string {
  if (!isRoot) return '';
  if (cause) return ` (of ${cause.row.type} at ${cause.row.time.slice(0, 19)})`;
  return row.causation === '' ? '' : ' (cause not stored)';
}
