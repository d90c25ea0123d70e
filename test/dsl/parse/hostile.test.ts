import { expect } from 'chai';
import { compileText } from '../../../dsl/compile/compile.ts';
import { MAX_DIAGNOSTICS } from '../../../dsl/limits.ts';

/** Each took minutes or overflowed the stack in a naive front end; the runner's own time limit guards them. */
const HOSTILE: Readonly<Record<string, readonly [string, string]>> = {
  'brackets without end': [`a: ${'['.repeat(200_000)}`, 'yaml-too-deep'],
  'maps in maps': ['{a: '.repeat(60_000), 'yaml-too-deep'],
  'lists in lists on one line': ['- '.repeat(100_000), 'yaml-too-deep'],
  'ever deeper lines': [
    Array.from({ length: 600 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
    'yaml-too-deep',
  ],
  'a hundred thousand quotes': [`a: ${'"'.repeat(100_001)}`, 'yaml-syntax'],
  'thousands of keys': [
    Array.from({ length: 20_000 }, (_, index) => `k${index.toString()}: 1`).join('\n'),
    'unknown-key',
  ],
  'an alias bomb': [`a: &a [x]\nb: [${'*a, '.repeat(50_000)}]\n`, 'yaml-anchor'],
  'expressions opened without end': [
    `conversation: a\nstart: [{match: b}]\nsteps: [{say: "${'${'.repeat(50_000)}"}]`,
    'text-unclosed',
  ],
  'an expression in brackets without end': [
    `conversation: a\nstart: [{match: b}]\nsteps: [{say: "\${${'('.repeat(900)}1${')'.repeat(900)}}"}]`,
    'expression-too-complex',
  ],
  'thousands of wrong texts': [
    `conversation: a\nstart: [{match: b}]\nsteps: [{say: "${'${now} '.repeat(20_000)}"}]`,
    'text-unshowable',
  ],
};

describe('hostile files', () => {
  for (const [title, [text, code]] of Object.entries(HOSTILE)) {
    it(`are refused: ${title}`, () => {
      const compiled = compileText(text, { file: 'hostile.yaml' });
      const diagnostics = 'diagnostics' in compiled ? compiled.diagnostics : [];
      expect(diagnostics.map((diagnostic) => diagnostic.code)).to.include(code);
      expect(diagnostics.length).to.be.at.most(MAX_DIAGNOSTICS);
    });
  }
});
