import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { sectionOf } from '../../../runtime/http/error-pages.ts';
import { HTTP_ERROR_CODES } from '../../../runtime/http/problem.ts';

describe('problem documents', () => {
  const page = readFileSync('docs/errors.md', 'utf8');
  for (const code of HTTP_ERROR_CODES) {
    it(`lead to an explanation of ${code}`, () => {
      expect(sectionOf(page, code), `docs/errors.md needs a section "## ${code}"`).not.to.equal(undefined);
    });
  }
});
