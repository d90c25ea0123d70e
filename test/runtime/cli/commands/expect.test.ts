import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectCommand } from '../../../../runtime/cli/commands/expect.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { runCommand } from '../run-command.ts';

const DEFINITION = `
conversation: slow
start: [{ match: hello }]
steps:
  - delay: { for: 2d }
  - end: waited
`;
const SCENARIOS = `
scenarios: slow
cases:
  - case: days pass
    steps:
      - reply: hello
      - advance: 2d
      - ends: waited
`;

describe('parlance expect', () => {
  const folder = temporaryFolder();
  before(() => {
    writeFileSync(join(folder.path, 'slow.yaml'), DEFINITION);
    writeFileSync(join(folder.path, 'slow.test.yaml'), SCENARIOS);
  });
  after(() => {
    process.exitCode = 0;
    folder.remove();
  });

  /** Nothing is sent to a platform where nothing can run. */
  const told = async (...options: readonly string[]): Promise<string> =>
    runCommand([expectCommand], ['expect', folder.path, '--target', 'http://127.0.0.1:9', ...options]);

  it('says which scenario can not run, by which line, and that nothing ran', async () => {
    const text = await told();
    expect(text).to.match(/^skip .*slow\.test\.yaml:4 days pass\n {7}line 7: 2d can not be waited for/);
    expect(text).to.include('0 as expected, 0 differ, 1 skipped');
    expect(process.exitCode).to.equal(2);
  });

  it('fails where all were wanted', async () => {
    await told('--all');
    expect(process.exitCode).to.equal(1);
  });
});
