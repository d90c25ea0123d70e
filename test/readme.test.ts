import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { compileText } from '../dsl/compile/compile.ts';

describe('README.md', () => {
  const readme = readFileSync('README.md', 'utf8');

  it('shows definitions that compile', () => {
    const shown = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);
    expect(shown).to.have.length.greaterThan(0);
    for (const text of shown) expect(compileText(text, { file: 'README.md' })).to.have.property('machine');
  });

  it('names only scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm run (?:--silent )?([a-z:]+)/g)].map(([, script = '']) => script);
    expect(scripts).to.include.keys(named);
  });

  it('links to files that exist', () => {
    for (const [, link = ''] of readme.matchAll(/\]\(((?!https?:)[^)#]+)/g)) {
      expect(() => {
        readdirOrRead(link);
      }, link).not.to.throw();
    }
  });
});

function readdirOrRead(path: string): void {
  try {
    readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error;
  }
}
