/** What a step waits for: one thing, to which its `within` and `silence` belong. */
import type { SourceStep } from '../schema/source.ts';
import type { Compilation } from './compilation.ts';

const WAITS = ['ask', 'listen', 'handoff'] as const;

export function reportWaits({ report, tree }: Compilation, step: SourceStep): void {
  const [first, ...others] = WAITS.filter((key) => step[key] !== undefined);
  for (const other of others) {
    const message = `"${other}" can not stand beside "${first ?? ''}": make it a step of its own`;
    report.add('keys-exclusive', tree.keyRange(step, other), message);
  }
  if (step.within !== undefined && first === undefined) {
    const message = '"within" needs "ask", "listen" or "handoff" beside it';
    report.add('missing-key', tree.keyRange(step, 'within'), message);
  }
  if (step.silence !== undefined && (first === undefined || first === 'handoff')) {
    const message = '"silence" needs "ask" or "listen" beside it';
    report.add('missing-key', tree.keyRange(step, 'silence'), message, {
      expected: first === 'handoff' ? '"nobody", which says what happens where nobody takes them in time' : undefined,
    });
  }
}
