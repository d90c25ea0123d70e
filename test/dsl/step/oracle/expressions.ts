/** The few expressions that generated definitions hold, read without the language's own parser. */
import type { Json } from '../../../../dsl/json.ts';
import type { Variables } from './memory.ts';

const COMPARISON = /^vars\.(\w+) (<|>=|==) (\d+)$/;
const SUM = /^\$\{vars\.(\w+) \+ (\d+)\}$/;

export function holds(expression: string, vars: Variables): boolean {
  const [, name = '', operator, number] = COMPARISON.exec(expression) ?? unreadable(expression);
  const value = vars[name] ?? 0;
  if (operator === '<') return value < Number(number);
  return operator === '==' ? value === Number(number) : value >= Number(number);
}

export function valueOf(value: Json, vars: Variables): number {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value : '';
  const [, name = '', number] = SUM.exec(text) ?? unreadable(text);
  return (vars[name] ?? 0) + Number(number);
}

export function filledIn(text: string, vars: Variables): string {
  return text.replaceAll(/\$\{vars\.(\w+)\}/g, (_, name: string) => String(vars[name]));
}

function unreadable(expression: string): never {
  throw new Error(`the oracle can not read ${expression}`);
}
