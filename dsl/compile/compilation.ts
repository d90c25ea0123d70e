/** What the parts of the compiler share while one flow of a file is compiled. */
import { environmentsOf, type Environments, type Locals } from '../expression/environment.ts';
import { answersOf } from '../expression/program.ts';
import type { PlacedExpression } from '../check/assignment/assignment.ts';
import type { Report } from '../diagnostics/diagnostic.ts';
import type { Position, ValueType } from '../machine.ts';
import type { Key, Tree } from '../parse/tree.ts';
import type { Project } from '../project/project.ts';
import type { SourceBody, SourceDefinition } from '../schema/source.ts';
import type { DeclaredSources } from './data-sources.ts';
import type { Flows } from './flows.ts';

export interface Compilation {
  readonly report: Report;
  readonly tree: Tree;
  readonly source: SourceDefinition;
  readonly locales: readonly string[];
  readonly zone: string;
  readonly project: Project;
  /** The flow that is being compiled: its name and what stands in the file. */
  readonly flow: string;
  readonly body: SourceBody;
  readonly inputs: Readonly<Record<string, ValueType>>;
  readonly vars: Readonly<Record<string, ValueType>>;
  /** Data sources that the file declares. */
  readonly sources: DeclaredSources;
  readonly environments: Environments;
  /** Every expression that was checked so far, in all flows. */
  readonly expressions: PlacedExpression[];
  /** Entries of `texts` that something says. */
  readonly usedTexts: Set<string>;
  /** What can be called. */
  readonly flows: Flows;
}

/** What expressions see in this flow, and besides it in the place that has these variables of its own. */
export function environmentsIn(
  {
    inputs,
    vars,
    sources,
    locales,
    zone,
    project,
  }: Pick<Compilation, 'inputs' | 'vars' | 'sources' | 'locales' | 'zone' | 'project'>,
  locals: Locals,
): Environments {
  const { attributes } = project;
  return environmentsOf(
    { inputs, vars, data: answersOf(sources), attributes },
    { locale: locales[0] ?? 'en', zone },
    locals,
  );
}

export function withLocals(c: Compilation, locals: Locals): Compilation {
  return { ...c, environments: environmentsIn(c, locals) };
}

/** Where a value stands, for the machine. */
export function positionOf({ report, tree }: Compilation, container: object, key: Key): Position {
  return report.source.positionOf(tree.keyRange(container, key).start);
}
