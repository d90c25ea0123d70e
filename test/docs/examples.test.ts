import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import type { Json } from '../../dsl/json.ts';
import { projectSchema } from '../../dsl/project/schema.ts';
import { definitionSchema } from '../../dsl/schema/definition.ts';
import type { Schema } from '../../dsl/schema/schema.ts';
import { sharedSchema } from '../../dsl/schema/shared.ts';
import { sectionsOf } from '../../scripts/generate/schema-page.ts';
import { UsedConstructs } from '../dsl/schema/constructs.ts';
import { readDefinitions } from '../../runtime/cli/definition-sources.ts';
import { checkDefinitions } from '../../runtime/project/check-definitions.ts';
import { loadSuite } from '../../runtime/project/suite.ts';
import { runSuite } from '../../runtime/cli/scenarios/run-suite.ts';

const SCHEMAS = [definitionSchema, projectSchema, sharedSchema];

/** Scenarios are linked, all else is shown. */
function isShown(file: string): boolean {
  return file.endsWith('.yaml') && !file.endsWith('.test.yaml');
}

function isFileOf({ required = [] }: Schema, value: Json): boolean {
  return typeof value === 'object' && value !== null && required.every((key) => key in value);
}

/** Titles, each with the page from there on. The limits are no part of the language. */
function sections(page: string): readonly (readonly [title: string, rest: string])[] {
  return [...page.matchAll(/^## (.*)$/gm)]
    .map(({ 1: title = '', index }) => [title, page.slice(index + title.length)] as const)
    .filter(([title]) => title !== 'Limits');
}

/** The examples that stand together behind this section and those that it shares them with. */
function nextExamples(rest: string): readonly string[] {
  const [together = ''] = rest.slice(rest.indexOf('An example')).split(/^## /m);
  return [...together.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text = '']) => text);
}

describe('the examples of the language reference', () => {
  const reference = readFileSync('docs/reference/language.md', 'utf8');

  for (const name of readdirSync('docs/examples')) {
    it(`${name} is shown, and does what its scenarios say`, async () => {
      const suite = await loadSuite([`docs/examples/${name}`]);
      expect({ diagnostics: suite.diagnostics, unreadable: suite.unreadable }).to.deep.equal({
        diagnostics: [],
        unreadable: [],
      });
      const { files } = await runSuite(suite.files, { update: false });
      const failures = files.flatMap(({ results }) => results.flatMap(({ failure }) => (failure ? [failure] : [])));
      expect(failures).to.deep.equal([]);
      expect(files.flatMap(({ results }) => results)).to.have.length.greaterThan(0);
      for (const file of readdirSync(`docs/examples/${name}`).filter(isShown)) {
        const text = readFileSync(`docs/examples/${name}/${file}`, 'utf8');
        expect(reference, 'docs/reference/language.md: npm run generate').to.include(text);
      }
    });
  }

  it('are sound as one folder too, so that all can be tried together', async () => {
    const sources = await readDefinitions(['docs/examples']);
    const { diagnostics, sound } = await checkDefinitions(sources ?? []);
    expect(diagnostics).to.deep.equal([]);
    expect(sound.length).to.be.greaterThan(20);
  });

  for (const [title, rest] of sections(reference)) {
    it(`show "${title}" next to its section`, () => {
      const described = SCHEMAS.flatMap((root) =>
        [root, ...Object.values(root.$defs ?? {})].filter((part) => reference.includes(sectionsOf(root)(title, part))),
      );
      expect(described).not.to.deep.equal([]);
      const used = new UsedConstructs();
      for (const text of nextExamples(rest)) {
        const value = parse(text) as Json;
        for (const root of SCHEMAS) if (isFileOf(root, value)) used.add(value, root);
      }
      expect(described.some((part) => used.has(part))).to.equal(true);
    });
  }
});
