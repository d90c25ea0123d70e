import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { runSuite } from '../../../../runtime/cli/scenarios/run-suite.ts';
import { loadSuite } from '../../../../runtime/cli/scenarios/suite.ts';
import { conversationFiles, FIRST_TEMPLATE } from '../../../../runtime/cli/project/templates.ts';
import { writeNew } from '../../../../runtime/cli/project/write.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

const SHIPPED = readdirSync('conversations', { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe('a conversation that begins as a copy', () => {
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });

  for (const template of [FIRST_TEMPLATE, ...SHIPPED.map(({ name }) => name)]) {
    it(`of ${template} is whole, and plays its scenarios`, async () => {
      const project = join(folder.path, template);
      const written = await writeNew(project, await conversationFiles('mine', template));
      expect(written).to.include.members(
        ['mine.yaml', 'mine.test.yaml'].map((file) => join(project, 'conversations/mine', file)),
      );
      const suite = await loadSuite([project]);
      expect({ diagnostics: suite.diagnostics, unreadable: suite.unreadable }).to.deep.equal({
        diagnostics: [],
        unreadable: [],
      });
      const { files } = await runSuite(suite.files, { update: false });
      const failures = files.flatMap(({ results }) => results.flatMap(({ failure }) => (failure ? [failure] : [])));
      expect(failures).to.deep.equal([]);
    });
  }
});
