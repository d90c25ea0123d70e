import type { Report } from '../diagnostics/diagnostic.ts';
import type { Json } from '../json.ts';
import type { ValueType } from '../machine/value-types.ts';
import type { Tree } from '../parse/tree.ts';
import type { SourceType } from '../schema/source.ts';
import { conform } from '../expression/values.ts';
import { constrained, simpleType, type TypeSource } from './constraints.ts';
import { describe, mismatchOf } from './values.ts';

type Declarations = Readonly<Record<string, SourceType>>;

/** What types are read in: where problems go, and the definition's country. */
export interface TypeContext {
  readonly report: Report;
  readonly tree: Tree;
  /** Of phone numbers without `+`. */
  readonly country?: string | undefined;
}

/** `inputs`, `vars` or `returns`. */
export function compileDeclarations(c: TypeContext, declared: Declarations | undefined): Record<string, ValueType> {
  const types: Record<string, ValueType> = {};
  for (const name of Object.keys(declared ?? {})) types[name] = compileType(c, declared ?? {}, name);
  return types;
}

/** `events`: by type, the fields of its data. */
export function compileEventTypes(
  c: TypeContext,
  declared: Readonly<Record<string, Declarations>>,
): Record<string, Readonly<Record<string, ValueType>>> {
  return Object.fromEntries(
    Object.entries(declared).map(([type, fields]) => [type, compileDeclarations(c, fields)] as const),
  );
}

const KINDS = ['type', 'enum', 'list', 'fields'] as const;

function compileType(c: TypeContext, container: Declarations, key: string): ValueType {
  const { report, tree } = c;
  const source = container[key] ?? 'text';
  if (typeof source === 'string') return simpleType(c, source, {}, () => tree.valueRange(container, key));
  const kinds = KINDS.filter((kind) => source[kind] !== undefined);
  const [kind = 'type', second] = kinds;
  const isTextEnum = kinds.length === 2 && source.type === 'text' && source.enum !== undefined;
  if (second !== undefined && !isTextEnum) {
    report.add('keys-exclusive', tree.keyRange(source, second), `"${second}" can not stand beside "${kind}"`, {
      expected: `one of ${KINDS.join(', ')}`,
    });
  }
  const base = constrained(c, source, baseOf(c, source));
  if (source.default === undefined) return source.optional ? { ...base, optional: true } : base;
  const problem = mismatchOf(base, source.default, '"default"');
  if (problem === undefined) return { ...base, default: normal(base, source.default) };
  report.add('value-mismatch', tree.valueRange(source, 'default'), problem, { expected: describe(base) });
  return base;
}

/** Without one of the keys that name a type, it is what its default is. */
function baseOf(c: TypeContext, source: TypeSource): ValueType {
  if (source.enum) return { type: 'text', enum: source.enum };
  if (source.list !== undefined) return { type: 'list', of: compileType(c, source as Declarations, 'list') };
  if (source.fields) return { type: 'object', fields: compileDeclarations(c, source.fields) };
  return simpleType(c, source.type ?? kindOf(source.default), source, () => c.tree.valueRange(source, 'type'));
}

function kindOf(value: Json | undefined): 'text' | 'integer' | 'number' | 'boolean' {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return 'text';
}

function normal(type: ValueType, json: Json): Json {
  return conform(type, json, '');
}
