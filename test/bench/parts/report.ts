import { spreadOf } from '../figures.ts';
import { table } from '../report.ts';
import type { PartsBench, Figure } from './figures.ts';

/** For people: every figure's median over the rounds, with the least and the most. */
export function partsReport({ suite, machine, options, parts, discrepancies }: PartsBench): string {
  return [
    `${suite.slice(0, 1).toUpperCase()}${suite.slice(1)} bench, ${machine.startedAt}`,
    `machine   ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}`,
    `          files on ${machine.fileSystem}; load before the start ${machine.loadBefore}`,
    `options   ${JSON.stringify(options)}`,
    ...parts.flatMap(({ part, figures }) => ['', ...table([part, 'median', 'least', 'most', ''], figures.map(row))]),
    '',
    ...(discrepancies.length === 0
      ? ['Cross-check: everything that was due, published, stored or restored was counted once.']
      : ['THE FIGURES DO NOT ADD UP:', ...discrepancies.map((line) => `  ${line}`)]),
  ].join('\n');
}

function row({ name, unit, values }: Figure): string[] {
  const { median, min, max } = spreadOf(values);
  return [name, number(median), number(min), number(max), unit];
}

/** Three digits that count. */
function number(value: number): string {
  const magnitude = Math.abs(value);
  return value.toFixed(magnitude >= 100 || Number.isInteger(value) ? 0 : magnitude >= 10 ? 1 : 2);
}
