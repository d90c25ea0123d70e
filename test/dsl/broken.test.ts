import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { checkProject } from '../../dsl/check/project.ts';
import { compileText } from '../../dsl/compile/compile.ts';
import { DIAGNOSTICS, type DiagnosticCode } from '../../dsl/diagnostics/codes.ts';
import type { Diagnostic } from '../../dsl/diagnostics/diagnostic.ts';
import { diagnose as prove } from '../../dsl/prove/diagnose.ts';
import { parseProject } from '../../dsl/project/parse.ts';
import type { Project } from '../../dsl/project/project.ts';
import { MAX_FILE_BYTES, MAX_TEXT_CHARACTERS } from '../../dsl/limits.ts';
import { machineOf } from './given-when-then.ts';

const FOLDER = join(import.meta.dirname, 'broken');
const CODES = Object.keys(DIAGNOSTICS) as readonly DiagnosticCode[];
/** Too large to keep as a file; or nothing that can be written brings it about, and a test of its own does (see prove). */
const MADE: ReadonlySet<DiagnosticCode> = new Set([
  'file-too-large',
  'text-too-long',
  'failure-unhandled',
  'stop-unheard',
  'help-unheard',
  'not-proved',
]);

const summaryOf = ({ code, line, column }: Diagnostic) => `${code}:${line.toString()}:${column.toString()}`;

function read(path: string): string {
  return readFileSync(join(FOLDER, path), 'utf8');
}

/** Fixtures may import what stands in `imported`. */
function importIn(path: string): string | undefined {
  return existsSync(join(FOLDER, path)) ? read(path) : undefined;
}

/** A fixture may say what its project says: `# project: secrets: [shop]`. */
function projectIn(text: string): Project {
  const [, line] = /^# project: (.*)$/m.exec(text) ?? [];
  const parsed = parseProject(`project: test\n${line ?? ''}`, { file: 'project.yaml' });
  if ('project' in parsed) return parsed.project;
  throw new Error(JSON.stringify(parsed.diagnostics));
}

/** A fixture with a file of the same name in `beside` is broken only together with it. */
function diagnose(name: string, text: string): readonly Diagnostic[] {
  if (!readdirSync(join(FOLDER, 'beside')).includes(name)) {
    const compiled = compileText(text, { file: name, project: projectIn(text), read: importIn });
    if ('diagnostics' in compiled) return compiled.diagnostics;
    const { machine, warnings } = compiled;
    return [...warnings, ...prove({ file: name, text, machine, project: projectIn(text) })];
  }
  const beside = { file: `beside/${name}`, text: read(`beside/${name}`) };
  const files = [beside, { file: name, text }];
  return checkProject(files.map((file) => ({ ...file, machine: machineOf(file.text) })));
}

describe('broken definitions', () => {
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'))) {
    it(`${name} is reported with code, line and column`, () => {
      const text = read(name);
      const expected = /^# expect (.*)$/m.exec(text)?.[1]?.split(' ');
      const diagnostics = diagnose(name, text);
      expect(diagnostics.map(summaryOf), `the last line of ${name} says what to expect`).to.deep.equal(expected);
      expect(diagnostics.map(({ code }) => `${code}.yaml`)).to.include(name);
    });
  }

  it('reports a file that is too large', () => {
    const text = `conversation: large\nabout: ${'x'.repeat(MAX_FILE_BYTES)}\n`;
    expect(diagnose('large.yaml', text).map(summaryOf)).to.deep.equal(['file-too-large:1:1']);
  });

  it('reports a text that is too long whatever is filled in', () => {
    const saying = (length: number) =>
      `conversation: long\nstart: [{ match: hi }]\nsteps:\n  - say: "\${contact.address}${'x'.repeat(length)}"\n`;
    expect(diagnose('long.yaml', saying(MAX_TEXT_CHARACTERS + 1)).map(summaryOf)).to.deep.equal(['text-too-long:4:10']);
    expect(diagnose('long.yaml', saying(MAX_TEXT_CHARACTERS))).to.deep.equal([]);
  });

  for (const code of CODES) {
    it(`has a fixture and an explanation for ${code}`, () => {
      if (!MADE.has(code)) expect(readdirSync(FOLDER), `test/dsl/broken needs ${code}.yaml`).to.include(`${code}.yaml`);
      const page = readFileSync('docs/reference/diagnostics.md', 'utf8');
      expect(page, 'run npm run generate').to.include(`## ${code}\n`);
    });
  }

  it('reports everything at once, in the order of the file', () => {
    const text = [
      'conversation: many',
      'abuot: misspelt',
      'start:',
      '  - match: hello',
      'steps:',
      '  - say: Hi ${vars.name}',
      '  - goto: nowhere',
      '',
    ].join('\n');
    expect(diagnose('many.yaml', text).map(summaryOf)).to.deep.equal([
      'unknown-key:2:1',
      'expression-unknown:6:20',
      'step-unknown:7:11',
    ]);
  });

  it('shows the line with a caret below the place', () => {
    const [diagnostic] = diagnose('x.yaml', read('unknown-key.yaml'));
    expect(diagnostic).to.deep.include({ line: 5, column: 5, endLine: 5, endColumn: 8, suggestion: 'say' });
    expect(diagnostic?.excerpt).to.equal('5 |   - sya: Hi\n  |     ^^^');
  });

  it('points into quoted, escaped and folded texts', () => {
    const place = (text: string) => {
      const [diagnostic] = diagnose('x.yaml', `conversation: x\nstart: [{ match: hi }]\nsteps:\n${text}\n`);
      return diagnostic && summaryOf(diagnostic);
    };
    expect(place(String.raw`  - say: "a \"b\" \u00e9 ${'${vars.x}'}"`)).to.equal('expression-unknown:4:33');
    expect(place(`  - say: 'it''s \${vars.x}'`)).to.equal('expression-unknown:4:24');
    expect(place('  - say: |\n      Hello\n      dear ${vars.x}')).to.equal('expression-unknown:6:19');
    expect(place('  - say: >-\n      Hello\n      dear ${vars.x}')).to.equal('expression-unknown:6:19');
  });
});
