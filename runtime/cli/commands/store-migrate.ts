import { existsSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { platformRuns } from '../../http/admin-client.ts';
import { openConfiguredStore, storeLocation } from '../../main/open-store.ts';
import { StoreError } from '../../store/errors.ts';
import type { Store } from '../../store/port.ts';
import { applySchema, createTenantViews, planSchema, tenantsWithViews, type SchemaPlan } from '../../store/schema.ts';
import { configurationOf, withConfigurationOptions, type ConfigurationArguments } from './configuration-options.ts';
import { scriptOf } from './store-grants.ts';

interface MigrateArguments extends ConfigurationArguments {
  readonly url: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export const storeMigrateCommand: CommandModule<object, MigrateArguments> = {
  command: 'migrate',
  describe: "Bring the store's tables to this version's shape, as a start does",
  builder: (yargs) =>
    withConfigurationOptions(yargs)
      .option('url', { type: 'string', describe: 'Of a ClickHouse server (default: store.url)' })
      .option('dryRun', {
        alias: 'dry-run',
        type: 'boolean',
        default: false,
        describe: 'Print the statements and change nothing',
      })
      .option('json', { type: 'boolean', default: false, describe: 'As JSON' }),
  handler: async (args) => {
    const store = await openToChange(args);
    try {
      const plan = await planSchema(store);
      if (args.dryRun) print(args, plan, () => dryRunText(plan));
      else await migrate(args, store, plan);
    } finally {
      await store.close();
    }
  },
};

/** A platform on the embedded store has brought it to its own version when it started, and holds the folder. */
async function openToChange(args: MigrateArguments): Promise<Store> {
  const { configuration } = configurationOf(args);
  const location = args.url ?? storeLocation(configuration);
  if (/^https?:/.test(location)) return openConfiguredStore(configuration, location);
  if (await platformRuns(configuration.dataFolder)) {
    throw new StoreError(
      'store-locked',
      `the platform on ${configuration.dataFolder} migrates its own store when it starts: stop it first, or look with parlance store status`,
    );
  }
  if (!existsSync(location)) {
    throw new StoreError('store-missing', `there is no store in ${configuration.dataFolder} yet: a start creates it`);
  }
  return openConfiguredStore(configuration, location);
}

async function migrate(args: MigrateArguments, store: Store, plan: SchemaPlan): Promise<void> {
  let last: unknown;
  await applySchema(store, undefined, (change) => {
    if (change !== last && !args.json) process.stdout.write(`${headingOf(change)} …\n`);
    last = change;
  });
  const tenants = await tenantsWithViews(store);
  for (const tenant of tenants) {
    if (!args.json) process.stdout.write(`views of ${tenant} …\n`);
    await createTenantViews(store, tenant);
  }
  print(args, { ...plan, tenants }, () => `The store in ${store.location} is at version ${plan.newest}.\n`);
}

function headingOf({ version, about }: SchemaPlan['changes'][number]): string {
  return version === undefined ? about : `version ${version}: ${about}`;
}

function dryRunText({ version, newest, changes }: SchemaPlan): string {
  const parts = changes.map((change) => `-- ${headingOf(change)}\n${scriptOf(change.statements)}`);
  return [`-- The store is at version ${version}; this Parlance brings it to ${newest}.\n`, ...parts].join('\n');
}

function print(args: MigrateArguments, value: object, text: () => string): void {
  process.stdout.write(args.json ? `${JSON.stringify(value, undefined, 2)}\n` : text());
}
