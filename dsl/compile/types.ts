import type { Report } from '../diagnostics/diagnostic.ts';
import type { Json } from '../json.ts';
import type { ValueType } from '../machine.ts';
import type { Tree } from '../parse/tree.ts';
import type { SourceType } from '../schema/source.ts';
import { conform } from '../expression/values.ts';
import { describe, mismatchOf } from './values.ts';

type Declarations = Readonly<Record<string, SourceType>>;

/** `inputs` or `vars`. */
export function compileDeclarations(
  report: Report,
  tree: Tree,
  declared: Declarations | undefined,
): Record<string, ValueType> {
  const types: Record<string, ValueType> = {};
  for (const name of Object.keys(declared ?? {})) types[name] = compileType(report, tree, declared ?? {}, name);
  return types;
}

const KINDS = ['type', 'enum', 'list', 'fields'] as const;

function compileType(report: Report, tree: Tree, container: Declarations, key: string): ValueType {
  const source = container[key] ?? 'text';
  if (typeof source === 'string') return { type: source };
  const kinds = KINDS.filter((kind) => source[kind] !== undefined);
  const [kind = 'type', second] = kinds;
  const isTextEnum = kinds.length === 2 && source.type === 'text' && source.enum !== undefined;
  if (second !== undefined && !isTextEnum) {
    report.add('keys-exclusive', tree.keyRange(source, second), `"${second}" can not stand beside "${kind}"`, {
      expected: `one of ${KINDS.join(', ')}`,
    });
  }
  const base = baseOf(report, tree, source);
  if (source.default === undefined) return source.optional ? { ...base, optional: true } : base;
  const problem = mismatchOf(base, source.default, '"default"');
  if (problem === undefined) return { ...base, default: normal(base, source.default) };
  report.add('value-mismatch', tree.valueRange(source, 'default'), problem, { expected: describe(base) });
  return base;
}

/** Without one of the keys that name a type, it is what its default is. */
function baseOf(report: Report, tree: Tree, source: Exclude<SourceType, string>): ValueType {
  if (source.enum) return { type: 'text', enum: source.enum };
  if (source.list !== undefined) return { type: 'list', of: compileType(report, tree, source as Declarations, 'list') };
  if (source.fields) return { type: 'object', fields: compileDeclarations(report, tree, source.fields) };
  if (source.type !== undefined) return { type: source.type };
  return { type: kindOf(source.default) };
}

function kindOf(value: Json | undefined): 'text' | 'integer' | 'number' | 'boolean' {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return 'text';
}

function normal(type: ValueType, json: Json): Json {
  return conform(type, json, '');
}
