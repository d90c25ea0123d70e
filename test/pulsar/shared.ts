import type { Context } from 'mocha';
import { requirePart } from '../require-part.ts';
import { HOW_TO_GET_JAVA, pulsarAvailable } from './libraries.ts';
import { type RunningPulsar, startPulsar } from './start.ts';

/** A first start may fetch the broker with Maven: minutes on a cold cache. */
const FIRST_START_BUDGET_MS = 15 * 60_000;

let running: Promise<RunningPulsar> | undefined;

/**
 * The one real broker that all test files of a mocha run share, started by the first to ask and killed when the
 * process exits. Skips (or, with skips forbidden, fails) where Java or Maven is absent. Call it from a `before` hook:
 *
 *     before(async function () { pulsar = await sharedPulsar(this); });
 *
 * Each suite uses a tenant of its own, so that suites cannot see each other's topics.
 */
export function sharedPulsar(context: Context): Promise<RunningPulsar> {
  context.timeout(FIRST_START_BUDGET_MS);
  requirePart(context, 'a real Pulsar broker (Java 17 and Maven)', pulsarAvailable(), HOW_TO_GET_JAVA);
  running ??= startPulsar();
  return running;
}

// At the top level of a module that test files import, this is a root hook: it runs after the last test of all.
after(async function () {
  this.timeout(60_000);
  await (await running)?.stop();
});
