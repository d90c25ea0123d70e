import type { CommandModule } from 'yargs';
import { loadConfiguration } from '../../config/load.ts';
import { createLog } from '../../log.ts';
import type { Platform } from '../../main/platform.ts';
import { systemClock } from '../../clock.ts';
import { EXIT } from '../exit-codes.ts';

interface StartArguments {
  config: string | undefined;
  port: number | undefined;
  data: string | undefined;
}

export const startCommand: CommandModule<object, StartArguments> = {
  command: 'start',
  describe: 'Run the platform',
  builder: (yargs) =>
    yargs
      .option('config', { type: 'string', normalize: true, describe: 'Configuration file (default: parlance.yaml)' })
      .option('port', { type: 'number', describe: 'Port to listen on (http.port)' })
      .option('data', { type: 'string', normalize: true, describe: 'Data folder (dataFolder)' }),
  handler: async (args) => {
    const { configuration } = loadConfiguration({
      file: args.config,
      environment: process.env,
      flags: {
        'http.port': { flag: '--port', value: args.port },
        dataFolder: { flag: '--data', value: args.data },
      },
    });
    const log = createLog(configuration.log);
    const asked = stopAsked();
    let isStarted = false;
    // Nothing is under way yet, and whatever has started survives any end: there is nothing to unwind.
    void asked.then((signal) => {
      if (isStarted) return;
      log.info({ signal }, 'stopped while starting');
      process.exit(0);
    });
    const { startPlatform } = await import('../../main/platform.ts');
    const platform = await startPlatform({ configuration, log, clock: systemClock });
    isStarted = true;
    if (process.stdout.isTTY) process.stdout.write(greeting(platform));
    await asked;
    const unfinished = await platform.stop();
    if (unfinished.length === 0) return;
    const { stopSeconds } = configuration;
    log.error({ unfinished, stopSeconds }, 'not everything stopped in time; nothing is lost, successors do the rest');
    process.exit(EXIT.failed);
  },
};

function greeting({ url, tenant }: Platform): string {
  return [
    '',
    `  Parlance is ready. Chat: ${url}/chat/`,
    `  Send events to:    ${url}/v1/tenants/${tenant}/channels/external/events`,
    '  Ctrl+C stops it; nothing is lost.',
    '',
    '',
  ].join('\n');
}

/** Listens from the first moment on: the first process of a container ignores a signal that nobody listens for. */
function stopAsked(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
