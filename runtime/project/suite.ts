/** What `parlance test` and `parlance expect` run: scenario files, each with the definitions of its folder. */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { compileText } from '../../dsl/compile/compile.ts';
import { definitionFiles, filesBelow, isScenarioName } from '../../dsl/compile/definition-files.ts';
import { Report, type Diagnostic, type Hints } from '../../dsl/diagnostics/diagnostic.ts';
import { nearest } from '../../dsl/diagnostics/did-you-mean.ts';
import { uniqueDiagnostics } from '../../dsl/diagnostics/unique.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { SourceFile } from '../../dsl/parse/source-file.ts';
import { parseScenarios } from '../../dsl/scenario/parse.ts';
import { reasonOf } from './file-problem.ts';
import { Projects } from './projects.ts';
import type { ScenarioFile } from '../../dsl/scenario/scenario.ts';

export interface Suite {
  readonly files: readonly SuiteFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** Lines about what could not be read. */
  readonly unreadable: readonly string[];
  /** Sound definitions with no scenarios yet, as if each had an empty file; only where they are asked for. */
  readonly untested: readonly SuiteFile[];
}

export interface SuiteFile {
  readonly scenarios: ScenarioFile;
  /** All that are active. */
  readonly machines: readonly Machine[];
  /** The one that the scenarios are about, and where it stands. */
  readonly machine: Machine;
  readonly definition: string;
}

interface Definition {
  readonly path: string;
  readonly machine: Machine;
}

interface SuiteOptions {
  /** Definitions without scenarios are wanted too. */
  readonly withUntested?: boolean;
}

export async function loadSuite(paths: readonly string[], { withUntested = false }: SuiteOptions = {}): Promise<Suite> {
  const files: SuiteFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const unreadable: string[] = [];
  const projects = new Projects();
  const compiled = new Map<string, readonly Definition[]>();
  const compileOnce = async (path: string): Promise<readonly Definition[]> => {
    const known = compiled.get(path);
    if (known) return known;
    const result = compileText(await readFile(path, 'utf8'), { file: path, ...projects.around(path) });
    if ('diagnostics' in result) diagnostics.push(...result.diagnostics);
    const made = 'machine' in result ? [{ path, machine: result.machine }] : [];
    compiled.set(path, made);
    return made;
  };
  const empty: string[] = [];
  for (const path of await scenarioFiles(paths, unreadable, empty)) {
    const text = await readFile(path, 'utf8');
    const parsed = parseScenarios(text, { file: path });
    if ('diagnostics' in parsed) {
      diagnostics.push(...parsed.diagnostics);
      continue;
    }
    const broken = diagnostics.length;
    const definitions = await definitionsFor(path, parsed.file, compileOnce, unreadable);
    if (diagnostics.length > broken) continue;
    const about = definitions.find(({ machine }) => machine.name === parsed.file.about);
    if (!about) {
      const report = new Report(new SourceFile(path, text));
      report.add('wrong-value', parsed.aboutAt, ...noDefinition(parsed.file.about, definitions));
      diagnostics.push(...report.diagnostics());
      continue;
    }
    const machines = definitions.map(({ machine }) => machine);
    files.push({ scenarios: parsed.file, machines, machine: about.machine, definition: about.path });
  }
  const untested: SuiteFile[] = [];
  for (const file of withUntested ? await definitionsAt(paths) : []) {
    if (files.some(({ definition }) => definition === file)) continue;
    untested.push(...(await untestedFile(file, compileOnce, unreadable)));
  }
  if (untested.length === 0) unreadable.push(...empty.map((path) => `${path}: no scenarios (*.test.yaml) here`));
  return { files, diagnostics: uniqueDiagnostics([...projects.diagnostics, ...diagnostics]), unreadable, untested };
}

/** What a report says of it. */
function noDefinition(about: string, definitions: readonly Definition[]): readonly [message: string, hints: Hints] {
  const names = definitions.map(({ machine }) => machine.name);
  return [
    `no definition beside these scenarios is called "${about}"`,
    {
      expected: names.length === 0 ? 'a definition in this folder, or under `beside`' : names.join(', '),
      suggestion: nearest(about, names),
    },
  ];
}

/** What can not be read was reported when scenarios were looked for. */
async function definitionsAt(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => definitionFiles(path).catch(() => [])));
  return [...new Set(found.flat().map((file) => relative('', file)))].filter((file) => !isScenarioName(file));
}

/** None for a shared file. */
async function untestedFile(
  path: string,
  compileOnce: (path: string) => Promise<readonly Definition[]>,
  unreadable: string[],
): Promise<readonly SuiteFile[]> {
  const [own] = await compileOnce(path);
  if (!own) return [];
  const { machine } = own;
  const scenarios = {
    path: path.replace(/\.ya?ml$/, '.test.yaml'),
    about: machine.name,
    beside: [],
    scenarios: [],
  };
  const definitions = await definitionsFor(scenarios.path, scenarios, compileOnce, unreadable);
  return [{ scenarios, machines: definitions.map((one) => one.machine), machine, definition: path }];
}

/** `empty`: gets the paths that have none. */
async function scenarioFiles(
  paths: readonly string[],
  unreadable: string[],
  empty: string[],
): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const path of paths) {
    try {
      const found = await filesBelow(path, isScenarioName);
      // A definition stands for the scenarios beside it.
      const isDefinition = found.length === 1 && found[0] === path && !isScenarioName(path);
      const wanted = isDefinition ? await filesBelow(dirname(path), isScenarioName) : found;
      if (wanted.length === 0) empty.push(path);
      for (const file of wanted) files.add(relative('', file));
    } catch (error) {
      unreadable.push(`${path}: ${reasonOf(error)}`);
    }
  }
  return [...files];
}

async function definitionsFor(
  path: string,
  { beside }: ScenarioFile,
  compileOnce: (path: string) => Promise<readonly Definition[]>,
  unreadable: string[],
): Promise<readonly Definition[]> {
  const folder = dirname(path);
  const definitions: Definition[] = [];
  for (const file of [...(await definitionFiles(folder)), ...beside.map((other) => join(folder, other))]) {
    try {
      definitions.push(...(await compileOnce(relative('', file))));
    } catch (error) {
      unreadable.push(`${path}: ${file}: ${reasonOf(error)}`);
    }
  }
  return definitions;
}
