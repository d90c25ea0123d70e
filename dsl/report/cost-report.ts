/** Costs as a table, for people. */
import type { DefinitionCost, TextCost, WayCost } from '../cost/cost.ts';

export interface FileCost {
  readonly file: string;
  readonly cost: DefinitionCost;
}

/** Ends with a newline. */
export function costReport(costs: readonly FileCost[]): string {
  return costs.map(({ file, cost }) => definitionReport(file, cost)).join('\n');
}

function definitionReport(file: string, { conversation, ways, texts }: DefinitionCost): string {
  const isOpen = ways.some((way) => way.isOpen);
  const lines = [
    `${conversation}: SMS segments of each outcome`,
    ...table([['locale', 'outcome', 'min', 'expected', 'max'], ...ways.map(rowOf)]),
    ...(isOpen ? ['  + a circle of "goto" may make it dearer; one round of each is counted'] : []),
    ...texts.filter(({ outside }) => outside.length > 0).map((text) => outsideLine(file, text)),
  ];
  return `${lines.join('\n')}\n`;
}

function rowOf({ locale, outcome, min, expected, max, isOpen }: WayCost): readonly string[] {
  return [locale, outcome, min.toString(), expected.toString(), `${max.toString()}${isOpen ? '+' : ''}`];
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`.trimEnd(),
  );
}

function outsideLine(file: string, { line, column, state, locale, max, outside }: TextCost): string {
  const characters = outside.map(({ character, codePoints, instead }) =>
    instead === undefined ? `${character} (${codePoints})` : `${character} (${codePoints}, write ${instead})`,
  );
  return `  ${file}:${line}:${column} "${state}" in ${locale} is UCS-2, ${max} at most, because of ${characters.join(', ')}`;
}
