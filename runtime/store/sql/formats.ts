/** Output formats that write to the answer and to nothing else, by their media type. */
const MEDIA_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^JSON(Each|CompactEach|StringsEach|CompactStringsEach)Row\w*$/, 'application/x-ndjson; charset=UTF-8'],
  [/^JSON\w*$/, 'application/json; charset=UTF-8'],
  [/^CSV\w*$/, 'text/csv; charset=UTF-8'],
  [/^(TSV|TabSeparated)\w*$/, 'text/tab-separated-values; charset=UTF-8'],
  [/^(Pretty\w*|Vertical|Values|SQLInsert|Null)$/, 'text/plain; charset=UTF-8'],
  [/^Markdown$/, 'text/markdown; charset=UTF-8'],
  [/^XML$/, 'application/xml; charset=UTF-8'],
  [/^(RowBinary\w*|Native|Parquet|Arrow|ArrowStream)$/, 'application/octet-stream'],
];

export function isOutputFormat(format: string): boolean {
  return MEDIA_TYPES.some(([pattern]) => pattern.test(format));
}

export function mediaTypeOf(format: string): string {
  return MEDIA_TYPES.find(([pattern]) => pattern.test(format))?.[1] ?? 'text/plain; charset=UTF-8';
}

/** The last FORMAT clause of a canonical statement. */
export function formatOf(canonical: string): string | undefined {
  return /\bFORMAT (\w+)$/.exec(canonical)?.[1];
}
