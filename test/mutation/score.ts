/** The mutation score: of each mutator, how many faults were caught and by whom. */
import type { Judged, Verdict } from './judge.ts';

export interface Score {
  readonly mutator: string;
  /** Without those that are the same machine. */
  readonly mutants: number;
  readonly same: number;
  readonly checker: number;
  readonly prover: number;
  readonly scenarios: number;
  readonly survived: readonly Judged[];
}

/** Per mutator, in the order of `judged`. */
export function scoresOf(judged: readonly Judged[]): readonly Score[] {
  const names = [...new Set(judged.map(({ mutator }) => mutator))];
  return names.map((name) =>
    scoreOf(
      name,
      judged.filter(({ mutator }) => mutator === name),
    ),
  );
}

export function scoreOf(mutator: string, judged: readonly Judged[]): Score {
  const count = (verdict: Verdict): number => judged.filter((one) => one.verdict === verdict).length;
  return {
    mutator,
    mutants: judged.length - count('same'),
    same: count('same'),
    checker: count('checker'),
    prover: count('prover'),
    scenarios: count('scenarios'),
    survived: judged.filter(({ verdict }) => verdict === 'survived'),
  };
}

/** In per cent, rounded down: 100 means all. */
export function percentOf({ mutants, survived }: Score): number {
  return mutants === 0 ? 100 : Math.floor(((mutants - survived.length) / mutants) * 100);
}

/** A table in Markdown, and below it what survived. */
export function scoreTable(judged: readonly Judged[]): string {
  const all = scoreOf('**all**', judged);
  return [
    '| mutator | mutants | checker | prover | scenarios | survived | caught | same machine |',
    '| --- | --: | --: | --: | --: | --: | --: | --: |',
    ...[...scoresOf(judged), all].map(row),
    '',
    ...all.survived.map(({ file, line, mutator, place }) => `${file}:${line.toString()} ${mutator}: ${place}`),
  ].join('\n');
}

function row(score: Score): string {
  const { mutator, mutants, same, checker, prover, scenarios, survived } = score;
  const caught = `${percentOf(score).toString()} %`;
  return `| ${[mutator, mutants, checker, prover, scenarios, survived.length, caught, same].join(' | ')} |`;
}
