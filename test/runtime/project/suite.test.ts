import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSuite } from '../../../runtime/project/suite.ts';

describe('the scenarios of a folder', () => {
  it('that are about no definition there name the place, and what was probably meant', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parlance-suite-'));
    const path = join(folder, 'hello.test.yaml');
    await writeFile(
      join(folder, 'hello.yaml'),
      'conversation: hello\nstart:\n  - match: hello\nsteps:\n  - say: Hello!\n    end: greeted\n',
    );
    await writeFile(path, '# Greetings\nscenarios: helo\ncases:\n  - case: one\n    steps:\n      - reply: hello\n');
    const { diagnostics, files, unreadable } = await loadSuite([path]);
    await rm(folder, { recursive: true });
    expect({ files, unreadable }).to.eql({ files: [], unreadable: [] });
    expect(diagnostics).to.have.length(1);
    expect(diagnostics[0]).to.include({
      ...{ code: 'wrong-value', line: 2, column: 12, endColumn: 16 },
      ...{ message: 'no definition beside these scenarios is called "helo"', expected: 'hello', suggestion: 'hello' },
    });
  });
});
