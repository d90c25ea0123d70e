import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { hasErrors } from '../../../dsl/diagnostics/diagnostic.ts';
import { parseUpload, projectsIn, ReadingProjects, sourcesIn, uploadOf } from '../../../runtime/definitions/upload.ts';
import { checkDefinitions } from '../../../runtime/project/check-definitions.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const FILES = {
  'project.yaml': 'project: clinic\nlocales: [en]\nimports: [shared/texts.yaml]\n',
  'shared/texts.yaml': 'shared: texts\ntexts:\n  hello: { text: { en: Hello! } }\n',
  'conversations/a/greeting.yaml': `conversation: greeting
about: Greets, and lets another conversation go on.
start:
  - match: { en: [hello] }
steps:
  - say: { use: hello }
  - call: goodbye
    outcomes: { completed: { end: done } }
`,
  'conversations/b/goodbye.yaml': `conversation: goodbye
about: Says goodbye.
start:
  - match: { en: [bye] }
steps:
  - say: { text: { en: Bye! } }
`,
};

describe('an upload of definitions', () => {
  const folder = temporaryFolder();
  before(() => {
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder.path, path)), { recursive: true });
      writeFileSync(join(folder.path, path), text);
    }
  });
  after(() => {
    folder.remove();
  });

  it('has all that they need, and means the same where none of it is on the disk', async () => {
    const file = join(folder.path, 'conversations/a/greeting.yaml');
    const sources = [{ file, text: FILES['conversations/a/greeting.yaml'] }];
    const projects = new ReadingProjects();
    const here = await checkDefinitions(sources, { projects });
    expect(hasErrors(here.diagnostics), JSON.stringify(here.diagnostics)).to.equal(false);
    const upload = uploadOf(sources, projects.read);
    expect(upload.definitions).to.eql(['conversations/a/greeting.yaml']);
    expect(upload.files).to.eql(FILES);

    const sent = parseUpload(Buffer.from(JSON.stringify(upload)));
    if (typeof sent === 'string') throw new Error(sent);
    folder.remove();
    const there = await checkDefinitions(sourcesIn(sent), { projects: projectsIn(sent) });
    expect(there.sound.map(({ machine }) => machine.hash)).to.eql(here.sound.map(({ machine }) => machine.hash));
  });

  it('is refused with a sentence where it is none', () => {
    const refusals = ['{', 'null', '{"definitions":[],"files":{}}', '{"definitions":["a"],"files":{}}'].map((text) =>
      parseUpload(Buffer.from(text)),
    );
    expect(refusals).to.eql([
      'the body is no JSON',
      'expected {"definitions": [paths], "files": {path: text}}',
      'expected {"definitions": [paths], "files": {path: text}}',
      '"files" lacks "a", which "definitions" names',
    ]);
    expect(parseUpload(Buffer.from('{"definitions":["a"],"files":{"a":1}}'))).to.equal('the text of "a" is no text');
  });
});
