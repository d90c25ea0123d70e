import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { compileText } from '../../dsl/compile/compile.ts';

describe('docs/language.md', () => {
  const page = readFileSync('docs/language.md', 'utf8');
  const definitions = [...page.matchAll(/```yaml\n(conversation:.*?)```/gs)].map(([, text = '']) => text);

  it('shows definitions', () => {
    expect(definitions).not.to.have.length(0);
  });

  definitions.forEach((text, index) => {
    it(`shows a definition that compiles (${(index + 1).toString()})`, () => {
      const compiled = compileText(text, { file: 'docs/language.md' });
      expect('diagnostics' in compiled ? compiled.diagnostics : []).to.deep.equal([]);
    });
  });
});
