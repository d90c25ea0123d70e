import type { CommandModule } from 'yargs';
import { storeCheckCommand } from './store-check.ts';
import { storeGrantsCommand } from './store-grants.ts';
import { storeMigrateCommand } from './store-migrate.ts';
import { storeStatusCommand } from './store-status.ts';
import type { OpenBroker } from './tenants.ts';

export function storeCommand(openBroker: OpenBroker): CommandModule {
  return {
    command: 'store',
    describe: 'Look after the store: its tables, that it has everything once, and who may read it',
    builder: (yargs) =>
      yargs
        .command(storeStatusCommand)
        .command(storeMigrateCommand)
        .command(storeCheckCommand(openBroker))
        .command(storeGrantsCommand)
        .demandCommand(1, 'Which command?'),
    handler: () => undefined,
  };
}
