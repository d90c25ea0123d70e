/** `budget`: what the dearest way may cost as SMS. */
import { costOfDefinition, dearestOf } from '../cost/cost.ts';
import type { Machine } from '../machine/machine.ts';
import type { Compilation } from './compilation.ts';

/** Of a machine without problems. */
export function checkBudget(c: Compilation, machine: Machine): void {
  const { budget } = c.source;
  if (!budget) return;
  const cost = costOfDefinition(machine);
  const dearest = dearestOf(cost);
  if (!dearest || dearest.max <= budget.segments) return;
  const { outcome, locale, max } = dearest;
  const message = `the dearest way, to "${outcome}" in ${locale}, takes ${max} SMS segments`;
  const text = cost.texts.find((one) => one.locale === locale && one.outside.length > 0);
  const [found] = text?.outside ?? [];
  c.report.add('budget-exceeded', c.tree.valueRange(budget, 'segments'), message, {
    expected: `at most ${budget.segments}`,
    ...(text && found
      ? {
          suggestion: `${found.instead === undefined ? 'no' : `${found.instead} in place of`} ${found.character} (${found.codePoints}) in line ${text.line}, which makes that text UCS-2`,
        }
      : {}),
  });
}
