import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { systemClock } from '../../clock.ts';
import type { Configuration } from '../../config/configuration.ts';
import { parseTenantName, unknownTenant } from '../../events/tenant.ts';
import { adminClient, platformRuns } from '../../http/admin-client.ts';
import { openConfiguredStore, storeLocation } from '../../main/open-store.ts';
import type { CheckProgress } from '../../store/check/check-tenant.ts';
import { problemsIn, type TenantReport } from '../../store/check/finding.ts';
import type { CheckLine } from '../../store/check/routes.ts';
import { StoreError } from '../../store/errors.ts';
import { EXIT } from '../exit-codes.ts';
import { PlatformError, askPlatformLines, withPlatformOptions, type PlatformArguments } from '../platform-request.ts';
import { configurationOf } from './configuration-options.ts';
import { reportText } from './store-check-text.ts';
import type { OpenBroker } from './tenants.ts';

interface CheckArguments extends PlatformArguments {
  readonly repair: boolean;
}

/** A check that is over sooner tells its report only. */
const PROGRESS_EVERY_MS = 2000;

export function storeCheckCommand(openBroker: OpenBroker): CommandModule<object, CheckArguments> {
  return {
    command: 'check',
    describe: 'Compare what is stored with what the broker has: lost, doubled and foreign rows, and the lag',
    builder: (yargs) =>
      withPlatformOptions(yargs)
        .option('tenant', { type: 'string', describe: 'Only this tenant (with --url: defaultTenant.name)' })
        .option('repair', {
          type: 'boolean',
          default: false,
          describe: 'Put back what the broker still has, and leave one of doubled rows',
        }),
    handler: async (args) => {
      const reports = await reportsOf(args, openBroker);
      process.stdout.write(
        args.json ? `${JSON.stringify(reports, undefined, 2)}\n` : reports.map(reportText).join('\n'),
      );
      if (reports.some((report) => problemsIn(report) > 0)) process.exitCode = EXIT.failed;
    },
  };
}

async function reportsOf(args: CheckArguments, openBroker: OpenBroker): Promise<readonly TenantReport[]> {
  const { configuration } = configurationOf(args);
  const { broker, store, dataFolder, defaultTenant } = configuration;
  if (args.url !== undefined) return [await askFor(args, args.tenant ?? defaultTenant.name)];
  const isHeld = broker.url === 'embedded' || store.url === 'embedded';
  if (!isHeld || !(await platformRuns(dataFolder))) return checkHere(args, configuration, openBroker);
  const admin = adminClient(dataFolder);
  try {
    const tenants = args.tenant === undefined ? (await admin.list()).map(({ name }) => name) : [args.tenant];
    const reports: TenantReport[] = [];
    for (const tenant of tenants) reports.push(await askFor(args, tenant));
    return reports;
  } finally {
    await admin.close();
  }
}

/** Through the platform. */
async function askFor(args: CheckArguments, tenant: string): Promise<TenantReport> {
  const tell = progressTeller(tenant);
  let report: TenantReport | undefined;
  const query = new URLSearchParams(args.repair ? { repair: 'true' } : {});
  await askPlatformLines({ ...args, tenant }, { method: 'POST', path: 'store/check', query }, (value) => {
    const line = value as CheckLine;
    if ('progress' in line) tell(line.progress);
    else if ('report' in line) report = line.report;
    else throw new PlatformError(line.error.code, line.error.detail);
  });
  if (!report) throw new PlatformError('platform-unreachable', 'the platform stopped in the middle of the check');
  return report;
}

async function checkHere(
  args: CheckArguments,
  configuration: Configuration,
  openBroker: OpenBroker,
): Promise<readonly TenantReport[]> {
  const { dataFolder } = configuration;
  if (configuration.store.url === 'embedded' && !existsSync(storeLocation(configuration))) {
    throw new StoreError('store-missing', `there is no store in ${dataFolder} yet: start the platform there first`);
  }
  const { checkTenant } = await import('../../store/check/check-tenant.ts');
  const broker = await openBroker(configuration);
  try {
    const store = await openConfiguredStore(configuration);
    try {
      const { tenantAdmin } = await import('../../http/tenant-admin.ts');
      const all = tenantAdmin(broker, { growthFolder: join(dataFolder, 'growth') });
      const known = (await all.list()).map(({ name }) => name);
      const tenants = (args.tenant === undefined ? known : [args.tenant]).map(parseTenantName);
      const unknown = tenants.find((tenant) => !known.includes(tenant));
      if (unknown !== undefined) throw unknownTenant(unknown, known);
      const reports: TenantReport[] = [];
      for (const tenant of tenants) {
        reports.push(
          await checkTenant({
            ...{ broker, store, tenant, codec: PLAIN_CODEC, clock: systemClock, newId: randomUUID },
            ...{ isRepair: args.repair, onProgress: progressTeller(tenant) },
          }),
        );
      }
      return reports;
    } finally {
      await store.close();
    }
  } finally {
    await broker.close();
  }
}

/** On standard error, so that a pipe gets the report alone. */
function progressTeller(tenant: string): (progress: CheckProgress) => void {
  let toldMs = Date.now();
  return ({ topic, messages }) => {
    if (Date.now() - toldMs < PROGRESS_EVERY_MS) return;
    toldMs = Date.now();
    process.stderr.write(`${tenant}: ${topic}: ${messages.toLocaleString('en')} messages compared\n`);
  };
}
