import { requirePart } from '../require-part.ts';
import { HOW_TO_GET_JAVA, pulsarAvailable } from './libraries.ts';
import { type RunningPulsar, startPulsar } from './start.ts';

/** A first start may fetch the broker with Maven: minutes on a cold cache. */
const FIRST_START_BUDGET_MS = 15 * 60_000;

/**
 * A real broker for the suite that calls it, from the suite's first test to its last. The suite is skipped (or, with
 * skips forbidden, fails) where Java or Maven is absent.
 */
export function pulsarOfSuite(): () => RunningPulsar {
  let running: RunningPulsar | undefined;

  before(async function () {
    this.timeout(FIRST_START_BUDGET_MS);
    requirePart(this, 'a real Pulsar broker (Java 17 and Maven)', pulsarAvailable(), HOW_TO_GET_JAVA);
    running = await startPulsar();
  });

  after(async function () {
    this.timeout(60_000);
    await running?.stop();
  });

  return () => {
    if (!running) throw new Error('the broker runs from the first test of its suite on');
    return running;
  };
}
