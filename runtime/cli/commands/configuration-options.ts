import type { Argv, Options } from 'yargs';
import { loadConfiguration, type LoadedConfiguration } from '../../config/load.ts';

/** Where a command finds its configuration; the same two options everywhere. */
export interface ConfigurationArguments {
  readonly config: string | undefined;
  readonly data: string | undefined;
}

export function withConfigurationOptions<Before>(yargs: Argv<Before>): Argv<Before & ConfigurationArguments> {
  const config: Options = { type: 'string', normalize: true, describe: 'Configuration file (default: parlance.yaml)' };
  const data: Options = { type: 'string', normalize: true, describe: 'Data folder (dataFolder)' };
  return yargs.option('config', config).option('data', data) as Argv<Before & ConfigurationArguments>;
}

/** Throws ConfigurationError. */
export function configurationOf({ config, data }: ConfigurationArguments): LoadedConfiguration {
  return loadConfiguration({
    file: config,
    environment: process.env,
    flags: { dataFolder: { flag: '--data', value: data } },
  });
}
