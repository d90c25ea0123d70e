import type { Context } from 'mocha';

const LOUD = '\n  !! SKIPPED';

/**
 * Skips the calling test or suite (from a `before` hook), loudly, where a part of the machine that it needs is absent.
 * With PARLANCE_FORBID_SKIPS=1, as in CI, it fails instead: a green run then means that everything ran.
 *
 *     before(function () { requirePart(this, 'Java 17', javaFound, 'apt-get install openjdk-17-jre-headless'); });
 */
export function requirePart(context: Context, name: string, available: boolean, howToGetIt: string): void {
  if (available) return;
  const missing = `needs ${name}, which is not here. To get it: ${howToGetIt}`;
  if (process.env['PARLANCE_FORBID_SKIPS'] === '1') {
    throw new Error(`${missing}. (Skips are forbidden by PARLANCE_FORBID_SKIPS=1.)`);
  }
  console.warn(`${LOUD}: ${context.test?.fullTitle() ?? 'a test'} ${missing}`);
  context.skip();
}
