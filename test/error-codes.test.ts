import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = ['channels', 'connectors', 'dsl', 'runtime'];

/** Codes in the unions that error classes are made with, `'journal-gap'` of `ParlanceError<'journal-gap'>` … */
const NEW_ERROR = /new \w*Error\(\s*'([a-z]+(?:-[a-z]+)+)'/g;
const SUPER_CALL = /super\(\s*'([a-z]+(?:-[a-z]+)+)',/g;

function codesInSources(): Map<string, string> {
  const codes = new Map<string, string>();
  for (const folder of SOURCES) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const file = join(entry.parentPath, entry.name);
      const text = readFileSync(file, 'utf8');
      for (const pattern of [NEW_ERROR, SUPER_CALL]) {
        for (const [, code = ''] of text.matchAll(pattern)) codes.set(code, file);
      }
    }
  }
  return codes;
}

describe('every error code', () => {
  const codes = codesInSources();
  const page = readFileSync('docs/errors.md', 'utf8');

  it('is found in the sources', () => {
    expect(codes.size).to.be.greaterThan(30);
  });

  for (const [code, file] of codes) {
    it(`${code} has a section in docs/errors.md`, () => {
      expect(page, `thrown in ${file}`).to.match(new RegExp(`^## ${code}$`, 'm'));
    });
  }
});
