/** What holds for whatever a file says. */
import { expect } from 'chai';
import { compileText } from '../../dsl/compile/compile.ts';
import type { Diagnostic } from '../../dsl/diagnostics/diagnostic.ts';
import { diagnose } from '../../dsl/prove/diagnose.ts';
import { parseScenarios } from '../../dsl/scenario/parse.ts';
import type { AuthorFile } from './mutated-files.ts';

/** Dialogues are found by running the machine, which has bounds of its own; the front end is what is tried here. */
const NO_DIALOGUES = { mostAttempts: 0 } as const;

export type FileVerdict = 'refused' | 'taken';

/** What is read of it, or a diagnostic; each with a place in the file and a sentence. Throws where it is otherwise. */
export function checkFile({ kind, text }: AuthorFile): FileVerdict {
  return kind === 'scenarios' ? checkScenarios(text) : checkDefinition(text);
}

function checkDefinition(text: string): FileVerdict {
  const file = 'fuzz.yaml';
  const compiled = compileText(text, { file });
  if ('machine' in compiled) {
    checkPlaces(text, diagnose({ file, text, machine: compiled.machine }, NO_DIALOGUES));
    return 'taken';
  }
  // A shared file that is in order gives neither.
  if (compiled.diagnostics.length === 0 && /\bshared\b/.test(text)) return 'taken';
  return checkRefused(text, compiled.diagnostics);
}

function checkScenarios(text: string): FileVerdict {
  const parsed = parseScenarios(text, { file: 'fuzz.test.yaml' });
  return 'file' in parsed ? 'taken' : checkRefused(text, parsed.diagnostics);
}

function checkRefused(text: string, diagnostics: readonly Diagnostic[]): FileVerdict {
  expect(diagnostics, 'what is wrong').not.to.have.length(0);
  checkPlaces(text, diagnostics);
  return 'refused';
}

function checkPlaces(text: string, diagnostics: readonly Diagnostic[]): void {
  const lines = text.split('\n').length;
  for (const { line, column, message } of diagnostics) {
    expect(line).to.be.within(1, lines);
    expect(column).to.be.at.least(1);
    expect(message).not.to.equal('');
  }
}
