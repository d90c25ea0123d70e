/** What `parlance test` prints for people. */
import { percentOf, type Covered } from '../../../dsl/scenario/coverage.ts';
import type { Failure, ScenarioResult } from '../../../dsl/scenario/run.ts';
import type { SuiteResult } from './run-suite.ts';

/** Lines of the dialogue that a failure shows. */
const DIALOGUE_LINES = 12;

export type Paint = (style: 'bold' | 'red' | 'green' | 'dim', text: string) => string;

const STYLES = { bold: 1, red: 31, green: 32, dim: 2 } as const;

export function painter(isColored: boolean): Paint {
  return (style, text) => (isColored ? `\u001b[${STYLES[style].toString()}m${text}\u001b[0m` : text);
}

export function textReport({ files }: SuiteResult, paint: Paint): string {
  const lines: string[] = [];
  let failed = 0;
  let total = 0;
  for (const { file, results } of files) {
    const bad = results.filter(({ failure }) => failure);
    total += results.length;
    failed += bad.length;
    const mark = bad.length === 0 ? paint('green', 'ok  ') : paint('red', 'FAIL');
    lines.push(`${mark} ${file.scenarios.path} (${results.length.toString()})`);
    for (const result of bad) lines.push(...failureLines(file.scenarios.path, result, paint));
  }
  const count = `${total.toString()} ${total === 1 ? 'scenario' : 'scenarios'}`;
  lines.push(failed === 0 ? `${count}, all as expected` : `${failed.toString()} of ${count} differ`);
  return `${lines.join('\n')}\n`;
}

function failureLines(path: string, { scenario, failure, transcript }: ScenarioResult, paint: Paint): string[] {
  if (!failure) return [];
  const place = `${path}:${failure.line.toString()}:${failure.column.toString()}`;
  const shown = transcript.slice(-DIALOGUE_LINES);
  return [
    '',
    `  ${paint('bold', place)} ${scenario.title}`,
    `  ${paint('red', failure.message)}`,
    ...differenceLines(failure, paint),
    ...(shown.length === 0 || scenario.transcript !== undefined ? [] : ['  the dialogue so far:']),
    ...(scenario.transcript !== undefined ? [] : shown.map((line) => paint('dim', `    ${line}`))),
    '',
  ];
}

/** Lines that both have are shown once. */
function differenceLines({ expected, actual }: Failure, paint: Paint): string[] {
  const wanted = expected?.trimEnd().split('\n') ?? [];
  const found = actual?.trimEnd().split('\n') ?? [];
  if (expected === undefined) return found.map((line) => paint('red', `  + ${line}`));
  let same = 0;
  while (same < wanted.length && same < found.length && wanted[same] === found[same]) same += 1;
  let tail = 0;
  while (tail < wanted.length - same && tail < found.length - same && wanted.at(-1 - tail) === found.at(-1 - tail))
    tail += 1;
  return [
    ...wanted.slice(Math.max(0, same - 3), same).map((line) => `    ${line}`),
    ...wanted.slice(same, wanted.length - tail).map((line) => paint('green', `  - ${line}`)),
    ...found.slice(same, found.length - tail).map((line) => paint('red', `  + ${line}`)),
    ...wanted
      .slice(wanted.length - tail)
      .slice(0, 3)
      .map((line) => `    ${line}`),
  ];
}

export function coverageReport({ coverage }: SuiteResult, paint: Paint): string {
  const lines = coverage.flatMap(({ path, name, stops, edges }) => [
    `${paint('bold', name)}: steps ${shown(stops)}, edges ${shown(edges)}`,
    ...uniqueLines([
      ...stops.missing.map(
        (stop) =>
          `  ${stop.file ?? path}:${stop.line.toString()}:${stop.column.toString()} never reached: ${stop.state}`,
      ),
      ...edges.missing.map(
        (edge) => `  ${edge.file ?? path}:${edge.line.toString()}:${edge.column.toString()} never taken: ${edge.title}`,
      ),
    ]),
  ]);
  return `${lines.join('\n')}\n`;
}

function uniqueLines(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)];
}

function shown(covered: Covered<unknown>): string {
  const { total, missing } = covered;
  return `${percentOf(covered).toString()} % (${(total - missing.length).toString()} of ${total.toString()})`;
}
