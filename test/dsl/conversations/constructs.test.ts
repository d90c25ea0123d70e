import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import type { Json } from '../../../dsl/json.ts';
import { projectSchema } from '../../../dsl/project/schema.ts';
import { definitionSchema } from '../../../dsl/schema/definition.ts';
import { sharedSchema } from '../../../dsl/schema/shared.ts';
import { UsedConstructs } from '../schema/constructs.ts';

const FOLDER = 'conversations';

/** By the key with which such a file begins. */
const SCHEMAS = { conversation: definitionSchema, project: projectSchema, shared: sharedSchema };

/** There is one project: its conversations need the other word, and write to people who did not write before. */
const EXCEPTIONS: ReadonlySet<string> = new Set([
  'project.connectors.sms.receipts: sent',
  'project.connectors.sms.reply-window',
]);

describe('the shipped conversations', () => {
  const used = new UsedConstructs();
  for (const name of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.yaml')) continue;
    const value = parse(readFileSync(join(FOLDER, name), 'utf8')) as Json;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, schema] of Object.entries(SCHEMAS)) if (key in value) used.add(value, schema);
  }

  for (const [kind, schema] of Object.entries(SCHEMAS)) {
    it(`use together whatever a file that begins with "${kind}" offers`, () => {
      expect(used.missing(schema).filter((name) => !EXCEPTIONS.has(name))).to.deep.equal([]);
    });
  }
});
