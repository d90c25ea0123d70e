import { join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import type { Broker } from '../../broker/port.ts';
import type { Configuration } from '../../config/configuration.ts';
import { adminClient, platformRuns } from '../../http/admin-client.ts';
import type { TenantAdmin } from '../../http/tenant-admin.ts';
import { columns } from './columns.ts';
import { growthText, planText } from './growth-text.ts';
import { configurationOf, withConfigurationOptions, type ConfigurationArguments } from './configuration-options.ts';

/** Opens the configured broker: the embedded one in `<data folder>/broker`. */
export type OpenBroker = (configuration: Configuration) => Promise<Broker>;

interface TenantsArguments extends ConfigurationArguments {
  readonly json: boolean;
}

interface CreateArguments extends TenantsArguments {
  readonly name: string;
  readonly partitions: number | undefined;
}

interface GrowArguments extends TenantsArguments {
  readonly name: string;
  readonly partitions: number;
  readonly 'dry-run': boolean;
  readonly 'drain-seconds': number;
}

export function tenantsCommand(openBroker: OpenBroker): CommandModule {
  return {
    command: 'tenants',
    describe: 'Create, list and grow tenants',
    builder: (yargs) =>
      yargs
        .command(createCommand(openBroker))
        .command(listCommand(openBroker))
        .command(growCommand(openBroker))
        .demandCommand(1, 'Which command?'),
    handler: () => undefined,
  };
}

function createCommand(openBroker: OpenBroker): CommandModule<object, CreateArguments> {
  return {
    command: 'create <name>',
    describe: 'Create a tenant: its namespaces, topics and retention; repeatable',
    builder: (yargs) =>
      withTenantOptions(yargs).positional('name', { type: 'string', demandOption: true }).option('partitions', {
        type: 'number',
        describe: 'Partitions of its contacts; can only grow (default: defaultTenant.partitions)',
      }),
    handler: async (args) => {
      const { configuration } = configurationOf(args);
      const partitions = args.partitions ?? configuration.defaultTenant.partitions;
      const tenant = await withTenants(configuration, openBroker, (tenants) => tenants.create(args.name, partitions));
      const text = `Tenant "${tenant.name}" is ready, with ${tenant.partitions.toString()} partitions.`;
      process.stdout.write(`${args.json ? JSON.stringify(tenant, undefined, 2) : text}\n`);
    },
  };
}

function listCommand(openBroker: OpenBroker): CommandModule<object, TenantsArguments> {
  return {
    command: 'list',
    describe: 'List tenants',
    builder: withTenantOptions,
    handler: async (args) => {
      const { configuration } = configurationOf(args);
      const tenants = await withTenants(configuration, openBroker, (admin) => admin.list());
      const rows = tenants.map(({ name, partitions }) => [name, partitions.toString()]);
      process.stdout.write(
        args.json ? `${JSON.stringify(tenants, undefined, 2)}\n` : columns(['tenant', 'partitions'], rows),
      );
    },
  };
}

function growCommand(openBroker: OpenBroker): CommandModule<object, GrowArguments> {
  return {
    command: 'grow <name>',
    describe: 'Add partitions to a tenant, which is closed meanwhile; completes one that broke off',
    builder: (yargs) =>
      withTenantOptions(yargs)
        .positional('name', { type: 'string', demandOption: true })
        .option('partitions', { type: 'number', demandOption: true, describe: 'Partitions afterwards: more than now' })
        .option('dry-run', { type: 'boolean', default: false, describe: 'Only tell what would move' })
        .option('drain-seconds', {
          type: 'number',
          default: 120,
          describe: 'How long what is under way may take to end, before the tenant is opened again as it was',
        }),
    handler: async ({ name, partitions, 'drain-seconds': drainSeconds, ...args }) => {
      const { configuration } = configurationOf(args);
      await withTenants(configuration, openBroker, async (tenants) => {
        const plan = await tenants.planGrowth(name, partitions);
        if (!args.json) process.stdout.write(planText(name, plan));
        const growth = args['dry-run'] ? undefined : await tenants.grow(name, { partitions, drainSeconds });
        if (args.json) process.stdout.write(`${JSON.stringify({ plan, ...(growth && { growth }) }, undefined, 2)}\n`);
        else if (growth) process.stdout.write(growthText(name, growth));
      });
    },
  };
}

/** The embedded broker belongs to one process: while the platform runs, it is asked; otherwise the folder is opened. */
async function withTenants<Result>(
  configuration: Configuration,
  openBroker: OpenBroker,
  use: (tenants: TenantAdmin) => Promise<Result>,
): Promise<Result> {
  if (configuration.broker.url === 'embedded' && (await platformRuns(configuration.dataFolder))) {
    const client = adminClient(configuration.dataFolder);
    try {
      return await use(client);
    } finally {
      await client.close();
    }
  }
  const broker = await openBroker(configuration);
  try {
    const { tenantAdmin } = await import('../../http/tenant-admin.ts');
    return await use(tenantAdmin(broker, { growthFolder: join(configuration.dataFolder, 'growth') }));
  } finally {
    await broker.close();
  }
}

function withTenantOptions<Before>(yargs: Argv<Before>): Argv<Before & TenantsArguments> {
  return withConfigurationOptions(yargs).option('json', {
    type: 'boolean',
    default: false,
    describe: 'As JSON',
  });
}
