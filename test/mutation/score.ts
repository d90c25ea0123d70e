/** Plays every mutant of a definition against what is to catch it. */
import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { compileText } from '../../dsl/compile/compile.ts';
import type { Machine } from '../../dsl/machine.ts';
import { prove } from '../../dsl/prove/prove.ts';
import { runSuite } from '../../runtime/cli/scenarios/run-suite.ts';
import { loadSuite, type SuiteFile } from '../../runtime/cli/scenarios/suite.ts';
import { mutantsOf, type Mutant } from './mutators.ts';

/** Who caught it first; `same`: it is the same machine, so there is nothing to catch. */
export type Verdict = 'checker' | 'prover' | 'scenarios' | 'survived' | 'same';

export interface Judged extends Mutant {
  readonly definition: string;
  readonly verdict: Verdict;
}

/** Of every definition below the folder that has scenarios. */
export async function judgeAll(folder: string): Promise<readonly Judged[]> {
  const { files, diagnostics, unreadable } = await loadSuite([folder]);
  const problems = [...diagnostics.map(({ message }) => message), ...unreadable];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const judged: Judged[] = [];
  for (const file of files) {
    const text = await readFile(file.definition, 'utf8');
    await checkUntouched(file, text);
    for (const mutant of mutantsOf(text)) {
      judged.push({ ...mutant, definition: file.machine.name, verdict: await judge(file, mutant) });
    }
  }
  return judged;
}

async function judge(file: SuiteFile, { text }: Mutant): Promise<Verdict> {
  const compiled = compileText(text, { file: file.definition });
  if ('diagnostics' in compiled) return 'checker';
  const { machine } = compiled;
  if (machine.hash === file.machine.hash) return 'same';
  if (prove(machine, { mostAttempts: 0 }).findings.length > 0) return 'prover';
  return (await fails(file, machine)) ? 'scenarios' : 'survived';
}

/** What finds fault with the definition as it is would catch every mutant: the score would mean nothing. */
async function checkUntouched(file: SuiteFile, text: string): Promise<void> {
  const compiled = compileText(stringify(parse(text)), { file: file.definition });
  if ('diagnostics' in compiled) throw new Error(`${file.definition} does not compile once it is written anew`);
  const { findings } = prove(compiled.machine, { mostAttempts: 0 });
  if (compiled.machine.hash !== file.machine.hash || findings.length > 0 || (await fails(file, compiled.machine)))
    throw new Error(`${file.definition} is found faulty without being changed`);
}

async function fails(file: SuiteFile, machine: Machine): Promise<boolean> {
  const machines = file.machines.map((one) => (one.name === machine.name ? machine : one));
  const { files } = await runSuite([{ ...file, machines, machine }], { update: false });
  return files.some(({ results }) => results.some(({ failure }) => failure));
}

export interface Score {
  readonly mutator: string;
  readonly mutants: number;
  readonly checker: number;
  readonly prover: number;
  readonly scenarios: number;
  readonly survived: readonly Judged[];
}

/** Per mutator, in the order of `judged`; the same machines are left out. */
export function scoresOf(judged: readonly Judged[]): readonly Score[] {
  const told = judged.filter(({ verdict }) => verdict !== 'same');
  return [...new Set(told.map(({ mutator }) => mutator))].map((mutator) => {
    const own = told.filter((one) => one.mutator === mutator);
    const count = (verdict: Verdict): number => own.filter((one) => one.verdict === verdict).length;
    const survived = own.filter(({ verdict }) => verdict === 'survived');
    return {
      mutator,
      mutants: own.length,
      checker: count('checker'),
      prover: count('prover'),
      scenarios: count('scenarios'),
      survived,
    };
  });
}

/** As a table in Markdown, and below it what survived. */
export function scoreTable(scores: readonly Score[]): string {
  const total: Score = scores.reduce(
    (sum, score) => ({
      mutator: '**all**',
      mutants: sum.mutants + score.mutants,
      checker: sum.checker + score.checker,
      prover: sum.prover + score.prover,
      scenarios: sum.scenarios + score.scenarios,
      survived: [...sum.survived, ...score.survived],
    }),
    { mutator: '', mutants: 0, checker: 0, prover: 0, scenarios: 0, survived: [] },
  );
  const row = ({ mutator, mutants, checker, prover, scenarios, survived }: Score): string => {
    const caught = Math.floor(((mutants - survived.length) / mutants) * 100);
    return `| ${[mutator, mutants, checker, prover, scenarios, survived.length, `${caught.toString()} %`].join(' | ')} |`;
  };
  return [
    '| mutator | mutants | checker | prover | scenarios | survived | caught |',
    '| --- | --: | --: | --: | --: | --: | --: |',
    ...[...scores, total].map(row),
    ...total.survived.map(({ definition, mutator, place }) => `survived: ${definition}: ${mutator} at ${place}`),
  ].join('\n');
}
