/** What holds for whatever a file says. */
import { expect } from 'chai';
import { compileText, type Compiled, type CompileOptions } from '../../dsl/compile/compile.ts';
import type { Diagnostic } from '../../dsl/diagnostics/diagnostic.ts';
import { formatText } from '../../dsl/format/format.ts';
import { diagnose } from '../../dsl/prove/diagnose.ts';
import { parseProject } from '../../dsl/project/parse.ts';
import { parseScenarios } from '../../dsl/scenario/parse.ts';
import { checkMachine } from './check-machine.ts';
import type { AuthorFile } from './mutated-files.ts';

/** Dialogues are found by running the machine, which has bounds of its own; the front end is what is tried here. */
const NO_DIALOGUES = { mostAttempts: 0 } as const;

const FILE = 'fuzz.yaml';

/** What a project or a shared file is used by. */
const USER = `conversation: user\nimports: [${FILE}]\nstart: [{ match: hello }]\nsteps: [{ say: Hello. }]\n`;
const ALONE = USER.replace(/^imports.*\n/m, '');

export type FileVerdict = 'refused' | 'taken';

/** What is read of it, or a diagnostic; each with a place in the file and a sentence. Throws where it is otherwise. */
export function checkFile({ kind, text }: AuthorFile): FileVerdict {
  checkFormat(text);
  switch (kind) {
    case 'definition':
      return checkDefinition(text);
    case 'scenarios':
      return checkScenarios(text);
    case 'project':
      return checkProjectFile(text);
    case 'shared':
      checkCompiled(text, compileText(USER, { file: 'user.yaml', read: (path) => (path === FILE ? text : undefined) }));
      return checkDefinition(text);
  }
}

function checkFormat(text: string): void {
  const formatted = formatText(text, { file: FILE });
  if ('diagnostics' in formatted) checkRefused(text, formatted.diagnostics);
}

function checkDefinition(text: string): FileVerdict {
  return compileAndProve(text, { file: FILE });
}

function compileAndProve(text: string, options: CompileOptions): FileVerdict {
  const compiled = compileText(text, options);
  // A shared file that is in order gives neither.
  if ('diagnostics' in compiled && compiled.diagnostics.length === 0 && /\bshared\b/.test(text)) return 'taken';
  if ('machine' in compiled) {
    checkPlaces(text, diagnose({ text, ...compiled, ...options }, NO_DIALOGUES));
    checkMachine(compiled.machine);
  }
  return checkCompiled(text, compiled);
}

function checkCompiled(text: string, compiled: Compiled): FileVerdict {
  return 'machine' in compiled ? 'taken' : checkRefused(text, compiled.diagnostics);
}

function checkScenarios(text: string): FileVerdict {
  const parsed = parseScenarios(text, { file: 'fuzz.test.yaml' });
  return 'file' in parsed ? 'taken' : checkRefused(text, parsed.diagnostics);
}

/** Where it is in order, so is a definition beside it, or that says why not. */
function checkProjectFile(text: string): FileVerdict {
  const parsed = parseProject(text, { file: 'project.yaml' });
  if (!('project' in parsed)) return checkRefused(text, parsed.diagnostics);
  compileAndProve(ALONE, { file: 'user.yaml', project: parsed.project });
  return 'taken';
}

function checkRefused(text: string, diagnostics: readonly Diagnostic[]): FileVerdict {
  expect(diagnostics, 'what is wrong').not.to.have.length(0);
  checkPlaces(text, diagnostics);
  return 'refused';
}

function checkPlaces(text: string, diagnostics: readonly Diagnostic[]): void {
  const lines = Math.max(text.split('\n').length, USER.split('\n').length);
  for (const { line, column, message } of diagnostics) {
    expect(line).to.be.within(1, lines);
    expect(column).to.be.at.least(1);
    expect(message).not.to.equal('');
  }
}
