import type { Language, LanguageBench, Took } from './language-suite.ts';

export function languageReport({ machine, many, long, residentMiB, discrepancies }: LanguageBench): string {
  return [
    `Language bench, ${machine.startedAt}`,
    `machine   ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}`,
    `          load before the start ${machine.loadBefore}; one thread, in memory`,
    '',
    ...[many, long].flatMap(linesOf),
    `highest resident memory ${residentMiB.toString()} MiB`,
    ...(discrepancies.length === 0 ? ['Cross-check: the prover finds nothing in them'] : discrepancies),
  ].join('\n');
}

function linesOf(one: Language): readonly string[] {
  const { files, steps, bytesPerFile, nodesPerFile, compiled, abstract, proved, places, isComplete } = one;
  const all = { wall: compiled.wall + proved.wall, cpu: compiled.cpu + proved.cpu };
  const row = (what: string, took: Took): string =>
    `  ${what.padEnd(30)} ${rate(files, took.wall)} files/s  ${ms(took.wall / files)} ms a file, ${ms(took.cpu / files)} ms of them processor`;
  return [
    `${files.toString()} x ${steps.toString()} steps, ${bytesPerFile.toString()} bytes and ${nodesPerFile.toString()} nodes each`,
    row('checked and compiled', compiled),
    row('graph alone', abstract),
    row('proved, with dialogues', proved),
    row('all', all),
    `  ${places.toString()} places tried, ${isComplete ? 'all that dialogues lead to' : 'not all: the limit of attempts was reached'}`,
    '',
  ];
}

function rate(files: number, wall: number): string {
  return ((files / wall) * 1000).toFixed(files > 1 ? 0 : 2).padStart(8);
}

function ms(value: number): string {
  return value.toFixed(1).padStart(8);
}
