import type { Store } from '../port.ts';

/**
 * Categories, as the engine documents its own functions, whose members reach outside of the query: models, files,
 * dictionaries, the process. `Other` is a mixed bag: of it only those named below.
 */
const REFUSED_CATEGORIES: ReadonlySet<string> = new Set([
  ...['', 'AI', 'Dictionary', 'Embedded Dictionary', 'Internal', 'Introspection', 'Machine Learning', 'Other'],
]);

const HARMLESS_OTHERS = [
  ...['bar', 'transform', 'identity', 'materialize', 'ignore', 'toTypeName', 'toColumnTypeName', 'version', 'byteSize'],
  ...['currentDatabase', 'currentUser', 'visibleWidth', 'isConstant', 'indexHint', 'throwIf', 'digits', 'countDigits'],
  ...['formatReadableSize', 'formatReadableDecimalSize', 'formatReadableQuantity', 'formatReadableTimeDelta'],
  ...['parseTimeDelta', 'parseReadableSize', 'parseReadableSizeOrNull', 'parseReadableSizeOrZero', 'isDecimalOverflow'],
  ...['rowNumberInBlock', 'rowNumberInAllBlocks', 'runningDifference', 'runningAccumulate', 'neighbor', 'blockNumber'],
  ...[
    'finalizeAggregation',
    'initializeAggregation',
    'variantElement',
    'variantType',
    'getSubcolumn',
    'caseWithExpression',
  ],
  ...['defaultValueOfTypeName', 'defaultValueOfArgumentType', 'lowCardinalityIndices', 'lowCardinalityKeys'],
];

/** Written as syntax, parsed into functions of these names, and not in the engine's list. */
const SYNTAX = ['lambda', 'exists', 'grouping', '_CAST'];

/** What turns an aggregate function into another: https://clickhouse.com/docs/sql-reference/aggregate-functions/combinators */
const COMBINATORS =
  /(If|Array|Map|SimpleState|State|MergeState|Merge|ForEach|Distinct|OrDefault|OrNull|Resample|ArgMin|ArgMax|Null)$/;

export type MayCall = (name: string) => boolean;

/** Which functions of this engine's version compute from their arguments and nothing else. */
export async function harmlessFunctions(store: Store): Promise<MayCall> {
  const rows = await store.query(
    'SELECT name, alias_to AS alias, is_aggregate AS aggregate, categories FROM system.functions',
  );
  const allowed = new Set<string>([...SYNTAX, ...HARMLESS_OTHERS]);
  const aggregates = new Set<string>();
  for (const row of rows) {
    const name = String(row['name']);
    const categories = String(row['categories']).split(',');
    if (categories.some((category) => REFUSED_CATEGORIES.has(category.trim()))) continue;
    allowed.add(name);
    if (row['aggregate'] === 1) aggregates.add(name);
  }
  for (const row of rows) if (allowed.has(String(row['alias']))) allowed.add(String(row['name']));
  const lower = new Set([...allowed].map((name) => name.toLowerCase()));
  const isAggregate = (name: string): boolean => {
    for (let base = name; ; base = base.replace(COMBINATORS, '')) {
      if (aggregates.has(base)) return true;
      if (!COMBINATORS.test(base)) return false;
    }
  };
  return (name) => allowed.has(name) || lower.has(name.toLowerCase()) || isAggregate(name);
}
