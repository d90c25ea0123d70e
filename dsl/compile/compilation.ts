/** What the parts of the compiler share while one flow of a file is compiled. */
import { environmentsOf, WRITTEN, type Environments, type Locals } from '../expression/environment.ts';
import { answersOf } from '../expression/program.ts';
import type { PlacedExpression } from '../check/assignment/assignment.ts';
import type { Report } from '../diagnostics/diagnostic.ts';
import type { Position } from '../machine/position.ts';
import type { EventTypes, ValueType } from '../machine/value-types.ts';
import type { Range } from '../parse/source-file.ts';
import type { Key, Tree } from '../parse/tree.ts';
import type { Project } from '../project/project.ts';
import type { SourceBody, SourceDefinition } from '../schema/source.ts';
import type { DeclaredSources } from './data-sources.ts';
import type { Flows } from './flows.ts';
import type { Unit, Units } from './unit.ts';

export interface Compilation {
  /** The file in which it stands; the following are its parts. */
  readonly unit: Unit;
  readonly units: Units;
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
  /** What the file knows of the customer's own events. */
  readonly events: EventTypes;
  /** Data sources that the file declares. */
  readonly sources: DeclaredSources;
  readonly environments: Environments;
  /** Variables that are known here besides those of the flow. */
  readonly locals: Locals;
  /** Every expression that was checked so far, in all flows of the file. */
  readonly expressions: PlacedExpression[];
  /** Entries of `texts` that something says. */
  readonly usedTexts: Set<string>;
  /** What can be called. */
  readonly flows: Flows;
}

type Seen = Pick<Compilation, 'inputs' | 'vars' | 'sources' | 'locales' | 'zone' | 'project'>;

/** What expressions see in this flow, and besides it in the place that has these variables of its own. */
export function environmentsIn(c: Seen, locals: Locals): Environments {
  return environmentsWith(c, { reply: WRITTEN, opening: WRITTEN, ...locals });
}

/** What those of a data source with inputs of its own see: it knows nothing of what a person wrote. */
export function environmentsOfSource(c: Seen): Environments {
  return environmentsWith({ ...c, vars: {}, sources: {} }, {});
}

function environmentsWith({ inputs, vars, sources, locales, zone, project }: Seen, locals: Locals): Environments {
  const { attributes } = project;
  return environmentsOf(
    { inputs, vars, data: answersOf(sources), attributes },
    { locale: locales[0] ?? 'en', zone },
    locals,
  );
}

export function withLocals(c: Compilation, locals: Locals): Compilation {
  return { ...c, locals, environments: environmentsIn(c, locals) };
}

/** The same, where a value in another file is compiled. */
export function inUnit(c: Compilation, unit: Unit): Compilation {
  const { report, tree, source, expressions, usedTexts } = unit;
  return { ...c, unit, report, tree, source, expressions, usedTexts };
}

/** What is used by many must speak all their languages, and may speak more. */
export function speaksMore({ unit, units }: Compilation): boolean {
  return !units.isFirst(unit);
}

/** Two imports have it. */
export function reportAmbiguous({ report }: Compilation, range: Range, name: string): void {
  report.add('name-ambiguous', range, `two of the imported files have "${name}"`, {
    expected: 'one entry of this name, or one here, which goes before them',
  });
}

/** Where a value stands, for the machine. */
export function positionOf({ report, tree }: Compilation, container: object, key: Key): Position {
  return report.source.positionOf(tree.keyRange(container, key).start);
}
