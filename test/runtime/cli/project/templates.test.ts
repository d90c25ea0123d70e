import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseProject } from '../../../../dsl/project/parse.ts';
import { runSuite } from '../../../../runtime/cli/scenarios/run-suite.ts';
import { loadSuite } from '../../../../runtime/project/suite.ts';
import { projectFiles } from '../../../../runtime/cli/project/project-files.ts';
import { conversationFiles, FIRST_TEMPLATE } from '../../../../runtime/cli/project/templates.ts';
import { writeNew } from '../../../../runtime/cli/project/write.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

const SHIPPED = readdirSync('conversations', { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe('a project that begins', () => {
  const nameIn = (folder: string) =>
    projectFiles(folder)
      .map(({ path, text }) => (path === 'project.yaml' ? parseProject(text, { file: path }) : undefined))
      .find((parsed) => parsed);

  for (const [folder, name] of [
    ['clinic', 'clinic'],
    ['2. My Clinic!', 'my-clinic'],
    ['日本', 'project'],
    ['a'.repeat(100), 'a'.repeat(63)],
  ] as const) {
    it(`in the folder ${folder} is named ${name}`, () => {
      expect(nameIn(folder)).to.deep.include({
        project: { name, locales: ['en'], zone: 'UTC', lifetimeMs: 3 * 86_400_000, attributes: {} },
      });
    });
  }
});

describe('a conversation that begins as a copy', () => {
  const folder = temporaryFolder();
  after(() => {
    folder.remove();
  });

  for (const template of [FIRST_TEMPLATE, ...SHIPPED.map(({ name }) => name)]) {
    it(`of ${template} is whole, and plays its scenarios`, async () => {
      const project = join(folder.path, template);
      await writeNew(project, projectFiles(template));
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
