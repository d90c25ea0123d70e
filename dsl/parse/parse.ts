import { LineCounter, parseDocument, type Document } from 'yaml';
import type { Report } from '../diagnostics/diagnostic.ts';
import { MAX_DIAGNOSTICS, MAX_FILE_BYTES, MAX_YAML_DEPTH } from '../limits.ts';
import { tooDeepAt } from './depth.ts';
import { Tree } from './tree.ts';
import { reportTraps } from './traps.ts';
import { reportYamlProblem } from './yaml-problems.ts';

/** The file's tree; undefined where it can not be read at all. Every problem of YAML goes to the report. */
export function parseYaml(report: Report): Tree | undefined {
  const { text } = report.source;
  if (Buffer.byteLength(text) > MAX_FILE_BYTES) {
    const message = `the file has more than ${MAX_FILE_BYTES} bytes`;
    report.add('file-too-large', { start: 0, end: 0 }, message);
    return undefined;
  }
  const deep = tooDeepAt(text);
  if (deep !== undefined) {
    const message = `lists and maps are nested more than ${MAX_YAML_DEPTH} deep`;
    report.add('yaml-too-deep', { start: deep, end: deep + 1 }, message);
    return undefined;
  }
  const document = read(text);
  const problems = [...document.errors, ...document.warnings].slice(0, MAX_DIAGNOSTICS);
  for (const problem of problems) reportYamlProblem(report, problem, document);
  if (!document.contents) {
    if (report.isEmpty)
      report.add('file-empty', { start: 0, end: 0 }, 'the file is empty', { expected: 'conversation: NAME' });
    return undefined;
  }
  const isSound = reportTraps(report, document.contents);
  return isSound && document.errors.length === 0 ? new Tree(document.contents) : undefined;
}

function read(text: string): Document.Parsed {
  return parseDocument(text, {
    // `yes` stays a text and `0o17` no octal; what else changes type is found by its source.
    version: '1.2',
    schema: 'core',
    merge: false,
    intAsBigInt: false,
    prettyErrors: false,
    // Takes quadratic time: done by the traps.
    uniqueKeys: false,
    stringKeys: false,
    // 'silent' would also keep a second document to itself.
    logLevel: 'error',
    lineCounter: new LineCounter(),
  });
}
