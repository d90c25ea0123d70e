/** Who catches a fault: what `parlance validate` says of the folder, then its scenarios. */
import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { checkProject, type ProjectFile } from '../../dsl/check/project.ts';
import { compileText } from '../../dsl/compile/compile.ts';
import { definitionFiles } from '../../dsl/compile/definition-files.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { prove } from '../../dsl/prove/prove.ts';
import { runSuite } from '../../runtime/cli/scenarios/run-suite.ts';
import { loadSuite, type SuiteFile } from '../../runtime/project/suite.ts';
import { Projects } from '../../runtime/project/projects.ts';
import { mutantsOf, type Mutant } from './mutators.ts';
import { DefinitionTree } from './tree.ts';

/** Who was first; `same`: the machines are the same, so there is nothing to catch. */
export type Verdict = 'checker' | 'prover' | 'scenarios' | 'survived' | 'same';

export interface Judged extends Omit<Mutant, 'text'> {
  readonly file: string;
  readonly verdict: Verdict;
}

interface Source {
  readonly file: string;
  readonly text: string;
}

/** Dialogues are left out: they show what was found without them. */
const NO_DIALOGUES = { mostAttempts: 0 } as const;

/** The definitions of a folder, what they import from it, and the scenarios beside them. */
export class Folder {
  readonly path: string;
  private readonly sources: readonly Source[];
  private readonly suites: readonly SuiteFile[];
  private readonly projects = new Projects();

  private constructor(path: string, sources: readonly Source[], suites: readonly SuiteFile[]) {
    this.path = path;
    this.sources = sources;
    this.suites = suites;
  }

  /** Every folder below the paths that has scenarios. Rejects where one is at fault as it is: all its mutants would count as caught. */
  static async openAll(paths: readonly string[]): Promise<readonly Folder[]> {
    const { files, diagnostics, unreadable } = await loadSuite(paths);
    const problems = [...diagnostics.map(({ message }) => message), ...unreadable];
    if (problems.length > 0) throw new Error(problems.join('\n'));
    const folders: Folder[] = [];
    for (const path of new Set(files.map(({ definition }) => dirname(definition)))) {
      const names = (await definitionFiles(path)).map((file) => relative('', file));
      const sources = await Promise.all(names.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
      const suites = files.filter(({ definition }) => dirname(definition) === path);
      const folder = new Folder(path, sources, suites);
      await folder.refuseFaults();
      folders.push(folder);
    }
    return folders;
  }

  /** Of every file. */
  mutants(): readonly (Mutant & { readonly file: string })[] {
    return this.sources.flatMap(({ file, text }) => mutantsOf(text).map((mutant) => ({ file, ...mutant })));
  }

  async judge({ text, ...mutant }: Mutant & { readonly file: string }): Promise<Judged> {
    return { ...mutant, verdict: await this.verdictOn({ file: mutant.file, text }) };
  }

  /** With this in place of the file of its name. */
  private async verdictOn(mutant: Source): Promise<Verdict> {
    const compiled: ProjectFile[] = [];
    for (const source of this.sources) {
      const { file, text } = source.file === mutant.file ? mutant : source;
      const { read, ...around } = this.projects.around(file);
      const result = compileText(text, {
        ...{ file, ...around },
        read: (path) => (path === mutant.file ? mutant.text : read?.(path)),
      });
      if ('machine' in result) compiled.push({ file, text, machine: result.machine });
      else if (result.diagnostics.length > 0) return 'checker';
    }
    const changed = compiled.map(({ machine }) => machine).filter((machine) => !this.knows(machine));
    if (changed.length === 0) return 'same';
    if (checkProject(compiled).length > 0) return 'checker';
    if (changed.some((machine) => prove(machine, NO_DIALOGUES).findings.length > 0)) return 'prover';
    return (await this.differs(changed)) ? 'scenarios' : 'survived';
  }

  private knows({ hash }: Machine): boolean {
    return this.suites.some(({ machines }) => machines.some((machine) => machine.hash === hash));
  }

  /** One scenario after the other, up to the first that differs. */
  private async differs(changed: readonly Machine[]): Promise<boolean> {
    const now = (machine: Machine) => changed.find(({ name }) => name === machine.name) ?? machine;
    for (const suite of this.suites) {
      const running = { ...suite, machine: now(suite.machine), machines: suite.machines.map(now) };
      for (const scenario of suite.scenarios.scenarios) {
        const alone = { ...running, scenarios: { ...suite.scenarios, scenarios: [scenario] } };
        const { files } = await runSuite([alone], { update: false });
        if (files.some(({ results }) => results.some(({ failure }) => failure))) return true;
      }
    }
    return false;
  }

  private async refuseFaults(): Promise<void> {
    for (const { file, text } of this.sources) {
      const verdict = await this.verdictOn({ file, text: new DefinitionTree(text).changed([]) });
      if (verdict !== 'same') throw new Error(`${file}: written anew it is another machine (${verdict})`);
    }
    for (const { machine, definition } of this.suites)
      if (prove(machine, NO_DIALOGUES).findings.length > 0) throw new Error(`${definition}: the prover has findings`);
    if (await this.differs([])) throw new Error(`${this.path}: a scenario fails as it is`);
  }
}
