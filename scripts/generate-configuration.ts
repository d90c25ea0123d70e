import { compile } from 'json-schema-to-typescript';
import { format, resolveConfig } from 'prettier';
import { configurationPage } from '../runtime/config/documentation.ts';
import { configurationSchema } from '../runtime/config/schema.ts';

const BANNER = '/* Generated from runtime/config/schema.ts by `npm run generate`. Do not edit. */';

/** The files derived from the configuration schema: path from the project's root → content. */
export async function generateConfiguration(): Promise<ReadonlyMap<string, string>> {
  const types = await compile(structuredClone(configurationSchema) as never, 'Configuration', {
    bannerComment: BANNER,
    additionalProperties: false,
    format: false,
  });
  return new Map([
    ['runtime/config/configuration.ts', await formatted('runtime/config/configuration.ts', types)],
    ['docs/reference/configuration.md', await formatted('docs/reference/configuration.md', configurationPage())],
  ]);
}

async function formatted(path: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig('package.json')), filepath: path });
}
