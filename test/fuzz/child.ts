/** Checks mutated files in a process of its own, so that another can see where it hangs. Arguments: how many, and the seed. */
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { checkFile } from './check-file.ts';
import { mutatedFile } from './mutated-files.ts';

export type FuzzNews =
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'refused' }
  /** `text`: the smallest that was found; `reason`: what is wrong about what it gives. */
  | { readonly kind: 'failed'; readonly text: string; readonly reason: string }
  | { readonly kind: 'done' };

const [numRuns, seed] = process.argv.slice(2).map(Number);
if (numRuns === undefined || seed === undefined) throw new RangeError('how many files, and which seed?');

function tell(news: FuzzNews): void {
  process.send?.(news);
}

const property = fc.asyncProperty(mutatedFile, async (file) => {
  tell({ kind: 'file', text: file.text });
  await setImmediate(); // The news leave.
  if (checkFile(file) === 'refused') tell({ kind: 'refused' });
});
const { failed, counterexample, errorInstance } = await fc.check(property, { numRuns, seed });
if (failed) {
  const reason =
    errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
  tell({ kind: 'failed', text: counterexample?.[0].text ?? '', reason });
} else tell({ kind: 'done' });
