import type { CommandModule } from 'yargs';
import { storeGrantsCommand } from './store-grants.ts';
import { storeMigrateCommand } from './store-migrate.ts';
import { storeStatusCommand } from './store-status.ts';

export const storeCommand: CommandModule = {
  command: 'store <command>',
  describe: "Look after ClickHouse: its tables' version and size, and who may read them",
  builder: (yargs) =>
    yargs
      .command(storeStatusCommand)
      .command(storeMigrateCommand)
      .command(storeGrantsCommand)
      .demandCommand(1, 'Which command?'),
  handler: () => undefined,
};
