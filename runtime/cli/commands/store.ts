import type { CommandModule } from 'yargs';
import { storeCheckCommand } from './store-check.ts';
import type { OpenBroker } from './tenants.ts';

export function storeCommand(openBroker: OpenBroker): CommandModule {
  return {
    command: 'store <command>',
    describe: 'Look after the store: check that it has everything once',
    builder: (yargs) => yargs.command(storeCheckCommand(openBroker)).demandCommand(1, 'Which command?'),
    handler: () => undefined,
  };
}
