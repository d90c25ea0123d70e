import type { CommandModule } from 'yargs';
import { parseTenantName } from '../../events/tenant.ts';
import { grantStatements } from '../../store/grants.ts';
import { quoteName } from '../../store/quote.ts';
import { configurationOf, withConfigurationOptions, type ConfigurationArguments } from './configuration-options.ts';

interface GrantsArguments extends ConfigurationArguments {
  readonly tenant: string;
  readonly user: string | undefined;
  readonly json: boolean;
}

export const storeGrantsCommand: CommandModule<object, GrantsArguments> = {
  command: 'grants <tenant>',
  describe: "Print the SQL that lets a tenant's analysts into a ClickHouse server",
  builder: (yargs) =>
    withConfigurationOptions(yargs)
      .positional('tenant', { type: 'string', demandOption: true, describe: 'Whose rows they see' })
      .option('user', {
        type: 'string',
        describe: 'Also create this user, who can not log in before a password is set',
      })
      .option('json', { type: 'boolean', default: false, describe: 'As JSON' }),
  handler: (args) => {
    const { database, cluster, username = 'default' } = configurationOf(args).configuration.store;
    const { tenant, user } = args;
    const statements = grantStatements({
      ...{ database, cluster, user },
      tenant: parseTenantName(tenant),
      platformUser: username,
    });
    process.stdout.write(args.json ? `${JSON.stringify({ statements }, undefined, 2)}\n` : scriptOf(statements));
    if (user !== undefined && !args.json) {
      process.stderr.write(`Then: ALTER USER ${quoteName(user)} IDENTIFIED BY '…' HOST ANY\n`);
    }
  },
};

/** As a client reads it from a file. */
export function scriptOf(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};\n`).join('');
}
