/** Files as the compiler links them: a definition, what it imports, and conversations of the project that it calls. */
import { posix } from 'node:path';
import type { PlacedExpression } from '../check/assignment/assignment.ts';
import { checkShape, checkSharedShape } from '../check/shape.ts';
import { Report } from '../diagnostics/diagnostic.ts';
import { parseYaml } from '../parse/parse.ts';
import { SourceFile } from '../parse/source-file.ts';
import type { Tree } from '../parse/tree.ts';
import { NO_PROJECT, type Project } from '../project/project.ts';
import type { SourceDefinition } from '../schema/source.ts';

/** Where a definition stands. Without the readers it has no other files. */
export interface Surroundings {
  /** What holds for all definitions beside it. */
  readonly project?: Project;
  /** Text of a file; its path is made of that of the importing file, and has `/`. Undefined where there is none. */
  readonly read?: (path: string) => string | undefined;
  /** Path of the file of a conversation of the project. */
  readonly find?: (conversation: string) => string | undefined;
}

export interface Unit {
  readonly report: Report;
  readonly tree: Tree;
  /** A shared file starts by nothing and has no steps. */
  readonly source: SourceDefinition;
  readonly isDefinition: boolean;
  readonly imports: readonly Unit[];
  /** Every expression that was checked in it. */
  readonly expressions: PlacedExpression[];
  /** Entries of its `texts` that something says. */
  readonly usedTexts: Set<string>;
}

/** What is named in one file and used in another. */
export type Shareable = 'texts' | 'data' | 'snippets' | 'events';

export class Units {
  readonly project: Project;
  private readonly surroundings: Surroundings;
  private readonly known = new Map<string, Unit | undefined>();
  private readonly loading: string[] = [];
  private readonly reports: Report[] = [];
  private ofProject: readonly Unit[] = [];
  private own: Unit | undefined;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
    this.project = surroundings.project ?? NO_PROJECT;
  }

  /** The file that is compiled; undefined where its shape is wrong, which is reported. */
  first(file: string, text: string): Unit | undefined {
    const unit = this.add(file, text);
    this.own = unit;
    if (unit) this.ofProject = (this.project.imports ?? []).flatMap((path) => this.projectImport(unit, path) ?? []);
    return unit;
  }

  /** The definition that is compiled. */
  isFirst(unit: Unit): boolean {
    return unit === this.own && unit.isDefinition;
  }

  /** A conversation of the project; undefined where there is none, or its file is wrong, which is reported there. */
  conversation(name: string): Unit | undefined {
    const path = this.surroundings.find?.(name);
    const unit = path === undefined ? undefined : this.load(path);
    return unit?.isDefinition && unit.source.conversation === name ? unit : undefined;
  }

  /** Of all files that were read. */
  get diagnostics(): ReturnType<Report['diagnostics']> {
    return this.reports.flatMap((report) => report.diagnostics());
  }

  get all(): readonly Unit[] {
    return [...this.known.values()].filter((unit) => unit !== undefined);
  }

  /** Whose a name is: the file's own, else that of the one import that has it. */
  owner(unit: Unit, kind: Shareable, name: string): Unit | 'unknown' | 'ambiguous' {
    if (has(unit, kind, name)) return unit;
    const [first, second] = this.visible(unit).filter((other) => has(other, kind, name));
    return second ? 'ambiguous' : (first ?? 'unknown');
  }

  /** What can be named in a file, its own first. */
  names(unit: Unit, kind: Shareable): readonly string[] {
    return [...new Set([unit, ...this.visible(unit)].flatMap(({ source }) => Object.keys(source[kind] ?? {})))];
  }

  private visible(unit: Unit): readonly Unit[] {
    return [...new Set([...unit.imports, ...this.ofProject])].filter((other) => other !== unit);
  }

  private projectImport(first: Unit, path: string): Unit | undefined {
    const unit = this.load(path);
    if (!unit && !this.known.has(path)) {
      const message = `project.yaml imports ${path}, which can not be read`;
      first.report.add('import-unreadable', first.tree.keyRange(first.tree.root as object, 'conversation'), message);
    }
    return unit;
  }

  private load(path: string): Unit | undefined {
    if (this.known.has(path)) return this.known.get(path);
    const text = this.surroundings.read?.(path);
    return text === undefined ? undefined : this.add(path, text);
  }

  private add(file: string, text: string): Unit | undefined {
    this.loading.push(file);
    const report = new Report(new SourceFile(file, text));
    this.reports.push(report);
    const tree = parseYaml(report);
    const unit = tree && this.unitOf(report, tree);
    this.loading.pop();
    this.known.set(file, unit);
    return unit;
  }

  private unitOf(report: Report, tree: Tree): Unit | undefined {
    const { root } = tree;
    const isDefinition = !(typeof root === 'object' && root !== null && 'shared' in root);
    const source = isDefinition ? checkShape(report, tree) : checkSharedShape(report, tree);
    if (!source) return undefined;
    const base = { report, tree, source, isDefinition };
    return { ...base, imports: this.importsOf(base), expressions: [], usedTexts: new Set() };
  }

  private importsOf({ report, tree, source }: Pick<Unit, 'report' | 'tree' | 'source'>): readonly Unit[] {
    const { imports = [] } = source;
    return imports.flatMap((name, index) => {
      const path = posix.join(posix.dirname(report.source.path), name);
      const range = tree.valueRange(imports, index);
      if (this.loading.includes(path)) {
        report.add('import-cyclic', range, `"${name}" imports this file, directly or through others`);
        return [];
      }
      const unit = this.load(path);
      if (unit?.isDefinition) {
        report.add('import-unreadable', range, `"${name}" is a conversation: call it by its name instead`, {
          expected: 'a file that begins with shared: NAME',
        });
        return [];
      }
      if (!unit && !this.known.has(path)) report.add('import-unreadable', range, `there is no file ${path} to read`);
      return unit ?? [];
    });
  }
}

function has({ source }: Unit, kind: Shareable, name: string): boolean {
  return Object.hasOwn(source[kind] ?? {}, name);
}
