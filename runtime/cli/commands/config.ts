import type { CommandModule } from 'yargs';
import { effectiveSettings, printSettings } from '../../config/print.ts';
import { configurationOf, withConfigurationOptions, type ConfigurationArguments } from './configuration-options.ts';

interface ConfigArguments extends ConfigurationArguments {
  readonly json: boolean;
}

export const configCommand: CommandModule<object, ConfigArguments> = {
  command: 'config',
  describe: 'Print the effective configuration and where each value comes from, secrets redacted',
  builder: (yargs) =>
    withConfigurationOptions(yargs).option('json', { type: 'boolean', default: false, describe: 'As JSON' }),
  handler: (args) => {
    const settings = effectiveSettings(configurationOf(args));
    const text = args.json ? JSON.stringify(settings, undefined, 2) : printSettings(settings);
    process.stdout.write(`${text}\n`);
  },
};
