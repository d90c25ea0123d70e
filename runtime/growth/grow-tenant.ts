import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TenantName } from '../../channels/brands.ts';
import type { EventCodec } from '../../channels/codec.ts';
import type { Broker } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import { announceGrowth } from '../events/announce-tenant.ts';
import { completeGrowth, growTopics, MAX_PARTITIONS, tenantPartitions } from '../events/tenant.ts';
import { drained, QUIET_MS, released } from './drain.ts';
import { GrowthError, type GrowthMark } from './mark.ts';
import { MarkLog, MarkWriter } from './mark-log.ts';
import { moveStates, type Moved, type MovePoint } from './move.ts';
import { checkGrowth, planGrowth, type GrowthPlan } from './plan.ts';
import { readKeys } from './read-keys.ts';

/** Moments at which a test may pull the plug. */
export type GrowthPoint = 'draining' | 'drained' | 'moving' | 'topics' | MovePoint | 'counted' | 'stated';

export interface GrowthOptions {
  readonly broker: Broker;
  readonly codec: EventCodec;
  readonly clock: Clock;
  readonly log: { warn(fields: object, message: string): void };
  readonly tenant: TenantName;
  /** Partitions afterwards. */
  readonly to: number;
  readonly newId: () => string;
  /** For local copies of states, as long as it takes. */
  readonly folder: string;
  /** How long what is under way may take to end. */
  readonly drainMs: number;
  /** Default QUIET_MS. */
  readonly quietMs?: number;
  readonly at?: (point: GrowthPoint) => void | Promise<void>;
}

export interface Growth extends Moved {
  readonly from: number;
  readonly to: number;
  /** For how long nothing was let in. */
  readonly closedMs: number;
}

/** What growing would do. Changes nothing. Rejects with TenantError or GrowthError. */
export async function planTenantGrowth(
  options: Pick<GrowthOptions, 'broker' | 'codec' | 'clock' | 'log' | 'tenant' | 'to' | 'folder' | 'newId'>,
): Promise<GrowthPlan> {
  const { broker, to } = options;
  const begun = await begunGrowth(options);
  const from = begun?.from ?? (await tenantPartitions(broker.admin, options.tenant));
  if (!begun) checkGrowth(from, to, MAX_PARTITIONS);
  // Of its own: another process may be at it too.
  const folder = join(options.folder, `plan-${options.newId()}`);
  const keys = [];
  for (let partition = 0; partition < from; partition++) keys.push(await readKeys({ ...options, folder }, partition));
  return planGrowth(keys, from, to);
}

/**
 * Adds partitions to a tenant: closes it, lets what is under way end, moves every state to the partition of its key, and
 * opens it again. A call that broke off is completed by the next one. Rejects with TenantError, GrowthError or BrokerError.
 */
export async function growTenant(options: GrowthOptions): Promise<Growth> {
  const { broker, tenant, to, clock } = options;
  const marks = await MarkWriter.open(broker);
  try {
    const begun = await begunGrowth(options);
    const from = begun?.from ?? (await tenantPartitions(broker.admin, tenant));
    if (!begun) checkGrowth(from, to, MAX_PARTITIONS);
    const since = clock.now();
    const growth: GrowthMark = { tenant, from, to, phase: 'moving' };
    if (begun?.phase !== 'moving') await drain(options, marks, growth);
    const moved = await move(options, marks, growth);
    return { from, to, ...moved, closedMs: clock.now() - since };
  } finally {
    await marks.close();
  }
}

/** What an earlier call began. Throws `growth-under-way` where that led to another number. */
async function begunGrowth(options: Pick<GrowthOptions, 'broker' | 'clock' | 'log' | 'tenant' | 'to'>) {
  const log = await MarkLog.open(options);
  await log.close();
  const mark = log.get(options.tenant);
  if (mark === undefined || mark.phase === 'over') return undefined;
  if (mark.to === options.to) return mark;
  // Until something was moved, another number is as good.
  if (mark.phase === 'draining') return undefined;
  throw new GrowthError(
    'growth-under-way',
    `the tenant's growth to ${mark.to} partitions broke off: complete it first, with --partitions ${mark.to}`,
  );
}

/** Rejects, with the tenant open again, where that takes too long. */
async function drain(options: GrowthOptions, marks: MarkWriter, growth: GrowthMark): Promise<void> {
  const { at = () => undefined, drainMs } = options;
  await marks.set({ ...growth, phase: 'draining' });
  await at('draining');
  try {
    await drained({ ...drainOptions(options, growth), timeoutMs: drainMs });
  } catch (error) {
    await marks.set({ ...growth, to: growth.from, phase: 'over' });
    throw error;
  }
  await at('drained');
}

async function move(options: GrowthOptions, marks: MarkWriter, growth: GrowthMark): Promise<Moved> {
  const { broker, tenant, clock, at = () => undefined } = options;
  const { from, to } = growth;
  await marks.set(growth);
  await at('moving');
  await released(drainOptions(options, growth));
  await growTopics(broker.admin, tenant, to);
  await at('topics');
  const folder = join(options.folder, tenant);
  const moved = await moveStates({ ...options, folder, from, to, at });
  rmSync(folder, { recursive: true, force: true });
  await completeGrowth(broker.admin, tenant, to);
  await at('counted');
  await announceGrowth(broker, tenant, { from, to, nowMs: clock.now() });
  await at('stated');
  await marks.set({ ...growth, phase: 'over' });
  return moved;
}

function drainOptions({ broker, tenant, clock, drainMs, quietMs = QUIET_MS }: GrowthOptions, { from }: GrowthMark) {
  return { admin: broker.admin, tenant, partitions: from, clock, quietMs, timeoutMs: drainMs };
}
