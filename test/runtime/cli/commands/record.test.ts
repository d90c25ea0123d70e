import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordCommand } from '../../../../runtime/cli/commands/record.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { runCommand } from '../run-command.ts';

describe('parlance record', () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'visit.test.yaml');
  before(() => {
    writeFileSync(file, 'scenarios: visit');
  });
  after(() => {
    folder.remove();
  });

  /** Where no platform answers. */
  const codeOf = async (...options: readonly string[]): Promise<unknown> => {
    const words = ['record', 'v-1', '--url', 'http://127.0.0.1:9', '--out', file, ...options];
    return runCommand([recordCommand], words).catch((error: unknown) => (error as { readonly code?: unknown }).code);
  };

  it('replaces no file, and says so before it asks for anything', async () => {
    expect(await codeOf()).to.equal('project-file-exists');
    expect(readFileSync(file, 'utf8')).to.equal('scenarios: visit');
  });

  it('goes on with --force', async () => {
    expect(await codeOf('--force')).to.equal('store-unreachable');
  });
});
