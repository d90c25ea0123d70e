/** What `parlance test` tells scripts and CI servers. */
import { percentOf } from '../../../dsl/scenario/coverage.ts';
import type { ScenarioResult } from '../../../dsl/scenario/run.ts';
import { escapeXml } from '../../../dsl/report/xml.ts';
import type { FileResult, SuiteResult } from './run-suite.ts';

export function jsonReport({ files, coverage }: SuiteResult): string {
  const report = {
    files: files.map(({ file, results }) => ({
      file: file.scenarios.path,
      definition: file.definition,
      scenarios: results.map(({ scenario, failure, transcript }) => ({
        ...{ title: scenario.title, line: scenario.line, ok: failure === undefined },
        ...(failure ? { failure, transcript } : {}),
      })),
    })),
    coverage: coverage.map(({ path, name, stops, edges }) => ({
      ...{ file: path, name },
      steps: { percent: percentOf(stops), total: stops.total, missing: stops.missing },
      edges: { percent: percentOf(edges), total: edges.total, missing: edges.missing },
    })),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

export function junitReport({ files }: SuiteResult): string {
  const all = files.flatMap(({ results }) => results);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="parlance test" ${counts(all)}>`,
    ...files.map(suiteXml),
    '</testsuites>\n',
  ].join('\n');
}

function counts(results: readonly ScenarioResult[]): string {
  const failures = results.filter(({ failure }) => failure).length;
  return `tests="${results.length.toString()}" failures="${failures.toString()}" errors="0"`;
}

function suiteXml({ file, results }: FileResult): string {
  const name = escapeXml(file.scenarios.path);
  return [
    `  <testsuite name="${name}" ${counts(results)}>`,
    ...results.map((result) => caseXml(name, result)),
    '  </testsuite>',
  ].join('\n');
}

function caseXml(classname: string, { scenario, failure, transcript }: ScenarioResult): string {
  const head = `    <testcase classname="${classname}" name="${escapeXml(scenario.title)}"`;
  if (!failure) return `${head}/>`;
  const { message, expected, actual, line } = failure;
  const detail = [
    `line ${line.toString()}`,
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    ...(actual === undefined ? [] : [`actual: ${actual}`]),
    ...transcript,
  ];
  return `${head}>\n      <failure message="${escapeXml(message)}">${escapeXml(detail.join('\n'))}</failure>\n    </testcase>`;
}
