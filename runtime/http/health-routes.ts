import type { Context } from 'koa';
import { ParlanceError } from '../../channels/error.ts';
import { READINESS_TIMEOUT_MS } from './limits.ts';

/** Something that must work before requests are sent here: `broker`, `store`, `engine`. */
export interface ReadinessCheck {
  readonly name: string;
  /** Rejects while it does not work. */
  check(): Promise<void>;
}

interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** A stable code, never a message: probes are answered to anyone. */
  readonly reason?: string;
}

/** GET /healthz: the process is alive and its event loop turns. Never looks at others: a restart would not mend them. */
export function getHealth(context: Context): void {
  context.body = { status: 'alive' };
}

/** GET /readyz: 200, or 503 with what is not ready. */
export async function getReadiness(
  checks: readonly ReadinessCheck[],
  closing: boolean,
  context: Context,
): Promise<void> {
  const results = await Promise.all(checks.map(run));
  if (closing) results.push({ name: 'shutdown', ok: false, reason: 'closing' });
  const ready = results.every(({ ok }) => ok);
  context.status = ready ? 200 : 503;
  context.set('Cache-Control', 'no-store');
  context.body = { status: ready ? 'ready' : 'not-ready', checks: results };
}

async function run(readiness: ReadinessCheck): Promise<CheckResult> {
  const { name } = readiness;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(resolve, READINESS_TIMEOUT_MS, 'timeout');
  });
  try {
    const outcome = await Promise.race([readiness.check(), timeout]);
    return outcome === 'timeout' ? { name, ok: false, reason: 'timeout' } : { name, ok: true };
  } catch (error) {
    return {
      name,
      ok: false,
      reason: error instanceof ParlanceError ? (error as ParlanceError).code : 'failed',
    };
  } finally {
    clearTimeout(timer);
  }
}
