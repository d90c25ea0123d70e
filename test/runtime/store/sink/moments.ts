import type { ManualClock } from '../../broker/embedded/manual-clock.ts';

/** Lets what is under way go on: until something is so, or a few turns. */
export async function moments(isSo?: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (let turn = 0; isSo ? !isSo() : turn < 3; turn++) {
    if (Date.now() > deadline) throw new Error(`not so in time: ${String(isSo)}`);
    await new Promise((resolve) => (isSo ? setTimeout(resolve, 5) : setImmediate(resolve)));
  }
}

/** Time goes on, in seconds, until it is done. */
export async function advancing(clock: ManualClock, done: Promise<unknown>): Promise<void> {
  let isDone = false;
  void done.then(() => (isDone = true));
  await moments(() => {
    if (!isDone) clock.advance(1000);
    return isDone;
  });
  await done;
}
