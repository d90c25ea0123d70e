/** Whether the store has all that a moment of the past is made of. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import type { TenantName } from '../../../channels/brands.ts';
import { ParlanceError } from '../../../channels/error.ts';
import { systemClock } from '../../clock.ts';
import type { StoredUntilAnswer } from '../../history/routes.ts';
import { storedUntil, type Mark } from '../../history/stored-until.ts';
import { platformRuns } from '../../http/admin-client.ts';
import { configurationOf } from '../commands/configuration-options.ts';
import type { OpenBroker } from '../commands/tenants.ts';
import { askPlatform } from '../platform-request.ts';
import type { StoreAccess, StoreArguments } from '../store-access.ts';
import { iso } from './state-text.ts';

/** For JSON. Null: it could not be found out. */
export interface Completeness {
  readonly complete: boolean | null;
  readonly storedUntil: string | null;
}

/** Up to which it can be complete: within the present millisecond something may still be decided. */
export function lastMoment(now: number): number {
  return now - 1;
}

/** Asked before the steps are read, so that what it says is stored is among them. Warns on standard error. */
export async function completenessAt(
  at: number,
  args: StoreArguments,
  store: StoreAccess & { readonly tenant: TenantName },
  openBroker: OpenBroker,
): Promise<Completeness> {
  try {
    const until = await untilOf(args, store, openBroker);
    if (until > at) return { complete: true, storedUntil: iso(until) };
    warn(`the store has everything until ${iso(until)}: what was decided from then until ${iso(at)} may be missing`);
    return { complete: false, storedUntil: iso(until) };
  } catch (error) {
    if (!(error instanceof ParlanceError)) throw error;
    warn(`it is not known whether the store has everything until ${iso(at)}: ${error.message}`);
    return { complete: null, storedUntil: null };
  }
}

function warn(text: string): void {
  process.stderr.write(`Warning: ${text}.\n`);
}

/** From the platform, where one is asked or runs here; else from the broker. */
async function untilOf(
  args: StoreArguments,
  store: StoreAccess & { readonly tenant: TenantName },
  openBroker: OpenBroker,
): Promise<number> {
  const { tenant } = store;
  const { configuration } = configurationOf(args);
  const { dataFolder, broker: configured } = configuration;
  if (store.isPlatform || (await platformRuns(dataFolder))) {
    const url = store.isPlatform ? args.url : undefined;
    const asked = { ...args, tenant, url, json: true };
    const { until } = (await askPlatform(asked, { method: 'GET', path: 'stored-until' })) as StoredUntilAnswer;
    return Date.parse(until);
  }
  if (configured.url === 'embedded' && !existsSync(join(dataFolder, 'broker'))) {
    throw new ParlanceError('stored-until-unknown', `there is no broker in ${dataFolder}, and no other is configured`);
  }
  const broker = await openBroker(configuration);
  try {
    const marks = (): Promise<readonly Mark[]> => store.rows<Mark>('SELECT topic, position FROM marks');
    return await storedUntil({ broker, tenant, codec: PLAIN_CODEC, clock: systemClock, marks });
  } finally {
    await broker.close();
  }
}
