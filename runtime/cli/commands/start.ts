import type { CommandModule } from 'yargs';
import { loadConfiguration } from '../../config/load.ts';
import { createLog } from '../../log.ts';
import { startPlatform, type Platform } from '../../main/platform.ts';
import { systemClock } from '../../clock.ts';

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
    const platform = await startPlatform({ configuration, log, clock: systemClock });
    if (process.stdout.isTTY) process.stdout.write(greeting(platform));
    await untilAsked(platform);
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

/** Until SIGINT or SIGTERM; then finishes what is under way. */
async function untilAsked(platform: Platform): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await platform.stop();
}
