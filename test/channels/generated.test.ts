import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { OUTPUTS } from '../../scripts/generate/outputs.ts';

const root = join(import.meta.dirname, '../..');

describe('generated files', () => {
  for (const { path, content } of OUTPUTS) {
    it(`${path} is current (else run: npm run generate)`, async () => {
      const stored = await readFile(join(root, path), 'utf8');
      // Compared as a whole, but not shown as a whole: the difference is in what `npm run generate` changes.
      expect(stored === (await content()), `${path} differs: run npm run generate`).to.equal(true);
    });
  }
});
