/** How far `parlance expect` is: one line of a terminal, written over and over. */
import type { LiveCase } from '../../black-box/suite.ts';
import { clipped, terminalWidth } from '../events/event-text.ts';

export interface SuiteProgress {
  readonly ended: (one: LiveCase) => void;
  readonly end: () => void;
}

type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & { readonly write: (text: string) => unknown };

/** Nothing where nobody looks. */
export function suiteProgress(scenarios: number, output: Output = process.stderr): SuiteProgress {
  if (!output.isTTY) return { ended: () => undefined, end: () => undefined };
  let [ended, failed] = [0, 0];
  const show = (last: string): void => {
    const failures = failed === 0 ? '' : `, ${failed.toString()} failed`;
    const text = `${ended.toString()} of ${scenarios.toString()} scenarios${failures}${last}`;
    const width = terminalWidth(output);
    output.write(`\r\u001b[K${clipped(text, width === undefined ? undefined : width - 1)}`);
  };
  show('');
  return {
    ended: ({ scenario, outcome }) => {
      ended += 1;
      if (outcome === 'failed' || outcome === 'broken') failed += 1;
      show(` · ${scenario.title}`);
    },
    end: () => output.write('\r\u001b[K'),
  };
}
