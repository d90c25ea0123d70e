import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { loadSuite } from '../../runtime/cli/scenarios/suite.ts';
import { runSuite } from '../../runtime/cli/scenarios/run-suite.ts';

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
      const text = readFileSync(`docs/examples/${name}/${name}.yaml`, 'utf8');
      expect(reference, 'docs/reference/language.md: npm run generate').to.include(text);
    });
  }
});
