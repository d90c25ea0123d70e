/** How fast the front end is: definitions checked and compiled, then proved. One thread, in memory, nothing is read. */
import { compileText } from '../../dsl/compile/compile.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { graphOf } from '../../dsl/prove/graph.ts';
import { prove } from '../../dsl/prove/prove.ts';
import { definitionOf, type Size } from './language-definition.ts';
import { describeMachine, type MachineDescription } from './machine.ts';

export interface LanguageOptions {
  readonly files: number;
  readonly steps: number;
  readonly longSteps: number;
  readonly folder: string;
  readonly progress: (line: string) => void;
}

/** Milliseconds; `cpu` of the process, which says more on a busy machine. */
export interface Took {
  readonly wall: number;
  readonly cpu: number;
}

export interface Language {
  readonly files: number;
  readonly steps: number;
  readonly bytesPerFile: number;
  readonly nodesPerFile: number;
  readonly compiled: Took;
  /** The abstract part alone. */
  readonly abstract: Took;
  /** With dialogues and STOP and HELP tried everywhere. */
  readonly proved: Took;
  readonly findings: number;
  /** Places in which conversations waited, and whether everything was tried. */
  readonly places: number;
  readonly isComplete: boolean;
}

export interface LanguageBench {
  readonly machine: MachineDescription;
  readonly many: Language;
  readonly long: Language;
  /** MiB of the process at its highest. */
  readonly residentMiB: number;
  readonly discrepancies: readonly string[];
}

export async function benchLanguage(options: LanguageOptions): Promise<LanguageBench> {
  const { files, steps, longSteps, folder, progress } = options;
  const machine = await describeMachine(folder);
  // What is compiled first pays for the compiler's own warming up.
  measure(5, { number: 0, steps: 50 }, progress);
  const many = measure(files, { number: 1, steps }, progress);
  const long = measure(1, { number: files + 1, steps: longSteps, isBrief: true }, progress);
  const found = many.findings + long.findings;
  return {
    machine,
    many,
    long,
    residentMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    discrepancies: found > 0 ? [`the prover finds ${found.toString()} problems in definitions that have none`] : [],
  };
}

function measure(files: number, size: Size, progress: (line: string) => void): Language {
  const texts = Array.from({ length: files }, (_, at) => definitionOf({ ...size, number: size.number + at }));
  progress(`${files.toString()} definitions of ${size.steps.toString()} steps`);
  const [machines, compiled] = timed(() => texts.map(compile));
  const [, abstract] = timed(() => machines.map(graphOf));
  const [proofs, proved] = timed(() => machines.map((machine) => prove(machine)));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const nodes = machines.flatMap(({ flows }) => Object.values(flows).map((flow) => flow.nodes.length));
  return {
    files,
    steps: size.steps,
    bytesPerFile: Math.round(sum(texts.map((text) => Buffer.byteLength(text))) / files),
    nodesPerFile: Math.round(sum(nodes) / files),
    compiled,
    abstract,
    proved,
    findings: sum(proofs.map(({ findings }) => findings.length)),
    places: sum(proofs.map(({ tried }) => tried)),
    isComplete: proofs.every(({ isComplete }) => isComplete),
  };
}

function compile(text: string): Machine {
  const compiled = compileText(text, { file: 'made.yaml' });
  if ('machine' in compiled) return compiled.machine;
  const problems = compiled.diagnostics.map(({ line, message }) => `line ${line.toString()}: ${message}`);
  throw new Error(`a made definition does not compile: ${problems.join('; ')}`);
}

function timed<T>(work: () => T): readonly [T, Took] {
  const cpuBefore = process.cpuUsage();
  const before = performance.now();
  const result = work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return [result, { wall: performance.now() - before, cpu: (user + system) / 1000 }];
}
