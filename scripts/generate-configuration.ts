import { compile } from 'json-schema-to-typescript';
import { format, resolveConfig } from 'prettier';
import { configurationPage } from '../runtime/config/documentation.ts';
import { configurationSchema } from '../runtime/config/schema.ts';

const BANNER = '/* Generated from runtime/config/schema.ts by `npm run generate`. Do not edit. */';

/** runtime/config/configuration.ts: the type of a configuration whose defaults are filled in. */
export async function configurationType(): Promise<string> {
  const options = { bannerComment: BANNER, additionalProperties: false, format: false };
  const types = await compile(structuredClone(configurationSchema) as never, 'Configuration', options);
  return formatted('runtime/config/configuration.ts', types);
}

/** docs/reference/configuration.md */
export async function configurationReference(): Promise<string> {
  return formatted('docs/reference/configuration.md', configurationPage());
}

export async function formatted(path: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig('package.json')), filepath: path });
}
