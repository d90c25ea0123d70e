/** The few expressions that generated definitions hold, read without the language's own parser. */
import type { Json } from '../../../../../dsl/json.ts';

/** What an expression sees: `vars.n`, `failure.code` … */
export type Names = Readonly<Record<string, string | number>>;

const COMPARISON = /^([\w.]+) (<|>=|==) ([\d.]+)$/;
const SUM = /^\$\{([\w.]+)(?: \+ (\d+))?\}$/;
const TEXT = /^'(\d+)'$/;
const SHOWN = /^string\(([\w.]+)\)$/;

export function holds(expression: string, names: Names): boolean {
  const [, name = '', operator, number] = COMPARISON.exec(expression) ?? unreadable(expression);
  const value = Number(valueIn(names, name));
  if (operator === '<') return value < Number(number);
  return operator === '==' ? value === Number(number) : value >= Number(number);
}

export function valueOf(value: Json, names: Names): number {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value : '';
  const [, name = '', number = '0'] = SUM.exec(text) ?? unreadable(text);
  return Number(valueIn(names, name)) + Number(number);
}

/** What `equals` gives. */
export function textOf(expression: string, names: Names): string {
  const [, text] = TEXT.exec(expression) ?? [];
  if (text !== undefined) return text;
  const [, name = ''] = SHOWN.exec(expression) ?? unreadable(expression);
  return String(valueIn(names, name));
}

export function filledIn(text: string, names: Names): string {
  return text.replaceAll(/\$\{([\w.]+)\}/g, (_, name: string) => String(valueIn(names, name)));
}

function valueIn(names: Names, name: string): string | number {
  const value = names[name];
  if (value === undefined) throw new Error(`the oracle knows no ${name}`);
  return value;
}

function unreadable(expression: string): never {
  throw new Error(`the oracle can not read ${expression}`);
}
