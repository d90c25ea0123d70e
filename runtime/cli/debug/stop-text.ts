import type { MachineHash } from '../../../channels/brands.ts';
import type { Change, Stop, Waiting } from '../../history/stops.ts';
import { iso } from '../history/state-text.ts';
import { lasting, summaryOf } from '../timeline/event-summary.ts';

/** Lines of the author's file before and after the one that is meant. */
const AROUND = 2;

export interface StopTextOptions {
  readonly of: number;
  /** YAML as it was published, by machine. */
  readonly sources: ReadonlyMap<MachineHash, string>;
  /** The stop before. */
  readonly earlier: Stop | undefined;
  readonly color: boolean;
}

/** One stop for people: what came, what it changed, what was said, where it waits now. */
export function stopText(stop: Stop, { of, sources, earlier, color }: StopTextOptions): string {
  const { number, now, place, changes, emissions, waiting, problem } = stop;
  const paint = color ? painted : plain;
  const later = earlier ? `, ${lasting(now - earlier.now)} later` : '';
  return [
    paint(1, `${number.toString()} of ${of.toString()}   ${iso(now)}${later}`),
    paint(2, place),
    ...(problem === undefined ? [] : [paint(31, `NOT AS RECORDED: ${problem}`)]),
    '',
    inputLine(stop),
    '',
    ...changes.map((change) => changeLines(change, paint)).flat(),
    ...(emissions.length === 0 ? [] : ['']),
    ...emissions.map(({ type, data }) => {
      return `→ ${type}  ${summaryOf({ type, time: iso(now), data: JSON.stringify(data ?? null) })}`.trimEnd();
    }),
    ...(waiting ? ['', ...whereLines(waiting, sources.get(waiting.machine), paint)] : ['', 'it is not under way']),
  ].join('\n');
}

type Paint = (code: number, text: string) => string;

function painted(code: number, text: string): string {
  return `\u001B[${code.toString()}m${text}\u001B[0m`;
}

function plain(_code: number, text: string): string {
  return text;
}

function inputLine({ input }: Stop): string {
  switch (input.kind) {
    case 'event': {
      const { type, time, data } = input.event;
      const summary = summaryOf({ type, time, data: JSON.stringify(data ?? null) });
      return `← ${type}  ${summary}${input.isFatal ? '  (put aside: it had ended the process)' : ''}`;
    }
    case 'missing':
      return `← ${input.type} ${input.id}, which is not stored`;
    case 'timer':
      return `← deadline ${input.id}`;
    case 'moved-here':
    case 'moved-away':
      return `← ${input.kind}: the tenant got more partitions`;
  }
}

function changeLines({ path, before, after }: Change, paint: Paint): readonly string[] {
  return [
    ...(before === undefined ? [] : [paint(31, `- ${path} = ${valueText(path, before)}`)]),
    ...(after === undefined ? [] : [paint(32, `+ ${path} = ${valueText(path, after)}`)]),
  ];
}

/** Values of a conversation's state that are moments; a variable of an author's may be called the same. */
const MOMENT =
  /^(startedAt|(opening|reply)\.at|parked\.since|timers\[\d+\]\.due|((frames|above)\[\d+\]\.interrupted\.)*wait\.since)$/;

function valueText(path: string, json: string): string {
  return MOMENT.test(path) ? iso(Number(json)) : json;
}

function whereLines(
  { state, for: what, position: { line } }: Waiting,
  source: string | undefined,
  paint: Paint,
): readonly string[] {
  const heading = `it is in ${state}, and waits for ${what}`;
  if (source === undefined) return [heading, `line ${line.toString()} of the definition, whose text is not stored`];
  const lines = source.split('\n');
  const from = Math.max(0, line - 1 - AROUND);
  const shown = lines.slice(from, line + AROUND).map((text, index) => {
    const number = from + index + 1;
    const shownLine = `${number === line ? '>' : ' '} ${number.toString().padStart(4)} | ${text}`;
    return number === line ? paint(1, shownLine) : shownLine;
  });
  return [heading, ...shown];
}
