/** What `parlance expect` tells people, scripts and CI servers. */
import type { Difference } from '../../../dsl/scenario/live/difference.ts';
import { escapeXml } from '../../../dsl/report/xml.ts';
import type { LiveCase, LiveFile } from '../../black-box/suite.ts';
import type { Paint } from '../scenarios/text-report.ts';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function tallyOf(files: readonly LiveFile[]): Tally {
  const cases = files.flatMap((file) => file.cases);
  const count = (wanted: LiveCase['outcome']): number => cases.filter(({ outcome }) => outcome === wanted).length;
  return { passed: count('passed'), failed: count('failed') + count('broken'), skipped: count('skipped') };
}

export function liveText(files: readonly LiveFile[], paint: Paint): string {
  const lines = files.flatMap(({ file, cases }) => cases.flatMap((one) => caseLines(file.scenarios.path, one, paint)));
  const { passed, failed, skipped } = tallyOf(files);
  return `${[...lines, `${passed} as expected, ${failed} differ, ${skipped} skipped`].join('\n')}\n`;
}

const MARKS = {
  passed: ['green', 'ok  '],
  failed: ['red', 'FAIL'],
  broken: ['red', 'FAIL'],
  skipped: ['dim', 'skip'],
} as const;

function caseLines(path: string, one: LiveCase, paint: Paint): readonly string[] {
  const { scenario } = one;
  const [style, mark] = MARKS[one.outcome];
  const head = `${paint(style, mark)} ${path}:${scenario.line} ${scenario.title}`;
  if (one.outcome === 'skipped') {
    return [head, ...one.refusals.map(({ line, reason }) => `       line ${line}: ${reason}`)];
  }
  if (one.outcome === 'broken') return [head, `  ${paint('bold', `${path}:${one.why.line}`)} ${one.why.reason}`];
  if (one.outcome === 'passed') return [`${head} ${paint('dim', `(${one.result.durationMs} ms)`)}`];
  const { differences, transcript } = one.result;
  return [
    head,
    ...differences.flatMap((difference) => differenceLines(path, difference, paint)),
    ...remarksOf(one).map((remark) => `  ${remark}`),
    '  the dialogue:',
    ...transcript.map((line) => paint('dim', `    ${line}`)),
  ];
}

function differenceLines(path: string, difference: Difference, paint: Paint): readonly string[] {
  const { line, expected, actual } = difference;
  return [
    `  ${paint('bold', `${path}:${line}`)} ${paint('red', headline(difference))}`,
    ...(expected === undefined ? [] : [paint('green', `    - ${expected}`)]),
    ...(actual === undefined ? [] : [paint('red', `    + ${actual}`)]),
  ];
}

/** `wrong: com.example.feedback.given data.score`. */
export function headline({ kind, what, field }: Difference): string {
  return `${kind}: ${what}${field === undefined ? '' : ` ${field}`}`;
}

/** What may be why. */
function remarksOf({ result, otherVersions }: Extract<LiveCase, { result: unknown }>): readonly string[] {
  return [
    ...result.rejections.map((reason) => `the platform rejected an event: ${reason}`),
    ...otherVersions.map((name) => `another version of ${name} is in force there than stands beside the scenarios`),
  ];
}

export function liveJson(target: string, files: readonly LiveFile[]): string {
  const report = {
    target,
    ...tallyOf(files),
    files: files.map(({ file, cases }) => ({
      ...{ file: file.scenarios.path, definition: file.definition },
      scenarios: cases.map((one) => {
        const head = { title: one.scenario.title, line: one.scenario.line, outcome: one.outcome };
        if (one.outcome === 'skipped') return { ...head, reasons: one.refusals };
        if (one.outcome === 'broken') return { ...head, outcome: 'failed', reasons: [one.why] };
        const { differences, durationMs, transcript } = one.result;
        const failure = { differences, remarks: remarksOf(one), transcript };
        return { ...head, durationMs, ...(one.outcome === 'failed' ? failure : {}) };
      }),
    })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

export function liveJunit(files: readonly LiveFile[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="parlance expect" ${counts(files)}>`,
    ...files.flatMap((one) => {
      const name = escapeXml(one.file.scenarios.path);
      return [
        `  <testsuite name="${name}" ${counts([one])}>`,
        ...one.cases.map((each) => caseXml(name, each)),
        '  </testsuite>',
      ];
    }),
    '</testsuites>\n',
  ].join('\n');
}

function counts(files: readonly LiveFile[]): string {
  const { passed, failed, skipped } = tallyOf(files);
  return `tests="${passed + failed + skipped}" failures="${failed}" errors="0" skipped="${skipped}"`;
}

function caseXml(classname: string, one: LiveCase): string {
  const head = `    <testcase classname="${classname}" name="${escapeXml(one.scenario.title)}"`;
  if (one.outcome === 'skipped') {
    const reason = one.refusals.map(({ line, reason: why }) => `line ${line}: ${why}`).join('; ');
    return `${head}>\n      <skipped message="${escapeXml(reason)}"/>\n    </testcase>`;
  }
  if (one.outcome === 'broken') {
    const { line, reason } = one.why;
    return `${head}>\n      <failure message="${escapeXml(`line ${line}: ${reason}`)}"/>\n    </testcase>`;
  }
  const timed = `${head} time="${(one.result.durationMs / 1_000).toFixed(3)}"`;
  if (one.outcome === 'passed') return `${timed}/>`;
  const { differences, transcript } = one.result;
  const detail = [
    ...differences.flatMap((difference) => [
      `line ${difference.line}: ${headline(difference)}`,
      ...(difference.expected === undefined ? [] : [`expected: ${difference.expected}`]),
      ...(difference.actual === undefined ? [] : [`actual: ${difference.actual}`]),
    ]),
    ...remarksOf(one),
    ...transcript,
  ];
  const message = escapeXml(differences.map(headline).join('; '));
  return `${timed}>\n      <failure message="${message}">${escapeXml(detail.join('\n'))}</failure>\n    </testcase>`;
}
