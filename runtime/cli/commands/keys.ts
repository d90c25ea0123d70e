import type { Argv, CommandModule } from 'yargs';
import { parseTenantName } from '../../events/tenant.ts';
import { openFileKeyStore } from '../../keys/file-store.ts';
import { SCOPES, type KeyRecord, type Scope } from '../../keys/key.ts';
import type { KeyStore } from '../../keys/store.ts';
import { columns } from './columns.ts';
import { configurationOf, withConfigurationOptions, type ConfigurationArguments } from './configuration-options.ts';

interface KeysArguments extends ConfigurationArguments {
  readonly tenant: string | undefined;
  readonly json: boolean;
}

interface CreateArguments extends KeysArguments {
  readonly name: string;
  readonly scope: readonly string[];
}

interface RevokeArguments extends KeysArguments {
  readonly id: string;
}

export const keysCommand: CommandModule = {
  command: 'keys',
  describe: 'Create, list and revoke the keys of the HTTP edge',
  builder: (yargs) =>
    yargs.command(createCommand).command(listCommand).command(revokeCommand).demandCommand(1, 'Which command?'),
  handler: () => undefined,
};

const createCommand: CommandModule<object, CreateArguments> = {
  command: 'create',
  describe: 'Create a key and print it, once: only its hash is kept',
  builder: (yargs) =>
    withKeyOptions(yargs)
      .option('name', { type: 'string', default: '', describe: 'What to call it, e.g. "booking system"' })
      .option('scope', {
        type: 'string',
        array: true,
        choices: SCOPES,
        default: [...SCOPES],
        describe: 'What it opens',
      }),
  handler: async (args) => {
    const { keys, defaultTenant } = open(args);
    const tenant = parseTenantName(args.tenant ?? defaultTenant);
    const { record, token } = await keys.create({ tenant, name: args.name, scopes: args.scope as Scope[] });
    if (args.json) {
      process.stdout.write(`${JSON.stringify({ ...shown(record), key: token }, undefined, 2)}\n`);
      return;
    }
    // Scripts read standard output: the key alone is there.
    process.stderr.write(`Key ${record.id} of tenant "${tenant}". It is not shown again:\n`);
    process.stdout.write(`${token}\n`);
  },
};

const listCommand: CommandModule<object, KeysArguments> = {
  command: 'list',
  describe: 'List keys, revoked ones too',
  builder: withKeyOptions,
  handler: async (args) => {
    const { keys } = open(args);
    const records = (await keys.list()).filter(({ tenant }) => args.tenant === undefined || tenant === args.tenant);
    if (args.json) {
      process.stdout.write(`${JSON.stringify(records.map(shown), undefined, 2)}\n`);
      return;
    }
    const rows = records.map(({ id, tenant, name, scopes, createdAt, revokedAt }) => [
      id,
      tenant,
      name,
      scopes.join(' '),
      createdAt,
      revokedAt ?? '',
    ]);
    process.stdout.write(columns(['id', 'tenant', 'name', 'scopes', 'created', 'revoked'], rows));
  },
};

const revokeCommand: CommandModule<object, RevokeArguments> = {
  command: 'revoke <id>',
  describe: 'Revoke a key, at once',
  builder: (yargs) => withKeyOptions(yargs).positional('id', { type: 'string', demandOption: true }),
  handler: async (args) => {
    const revoked = await open(args).keys.revoke(args.id);
    process.stdout.write(revoked ? `Key ${args.id} is revoked.\n` : `Key ${args.id} was revoked before.\n`);
  },
};

function withKeyOptions<Before>(yargs: Argv<Before>): Argv<Before & KeysArguments> {
  return withConfigurationOptions(yargs)
    .option('tenant', { type: 'string', describe: 'Tenant (create: default defaultTenant.name)' })
    .option('json', { type: 'boolean', default: false, describe: 'As JSON' });
}

function open(args: ConfigurationArguments): { readonly keys: KeyStore; readonly defaultTenant: string } {
  const { configuration } = configurationOf(args);
  return { keys: openFileKeyStore(configuration.dataFolder), defaultTenant: configuration.defaultTenant.name };
}

/** Hashes help nobody who looks at a list. */
function shown({ hash: _hash, ...record }: KeyRecord): Omit<KeyRecord, 'hash'> {
  return record;
}
