/** What the parts of the compiler share while one file is compiled. */
import type { Environments } from '../expression/environment.ts';
import type { Report } from '../diagnostics/diagnostic.ts';
import type { Position, ValueType } from '../machine.ts';
import type { Key, Tree } from '../parse/tree.ts';
import type { SourceDefinition } from '../schema/source.ts';

export interface Compilation {
  readonly report: Report;
  readonly tree: Tree;
  readonly source: SourceDefinition;
  readonly locales: readonly string[];
  readonly inputs: Readonly<Record<string, ValueType>>;
  readonly vars: Readonly<Record<string, ValueType>>;
  readonly environments: Environments;
}

/** Where a value stands, for the machine. */
export function positionOf({ report, tree }: Compilation, container: object, key: Key): Position {
  return report.source.positionOf(tree.keyRange(container, key).start);
}
