import type { SourceFile, Range } from '../parse/source-file.ts';
import { MAX_DIAGNOSTICS } from '../limits.ts';
import { DIAGNOSTICS, type DiagnosticCode } from './codes.ts';

/** What to do about it: an error must go before the definition runs, a warning should be looked at. */
export type Severity = 'error' | 'warning';

/** One problem in an author's file: where, what, and what to do. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly file: string;
  /** From 1, of the first and of the character after the last. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** In the author's terms; one sentence. */
  readonly message: string;
  /** What would be right there. */
  readonly expected?: string;
  /** What the author probably meant. */
  readonly suggestion?: string;
  /** The source line and a caret below it. */
  readonly excerpt: string;
  /** The shortest conversation that shows it, action by action, where one was found. */
  readonly dialogue?: readonly string[];
}

export interface Hints {
  readonly expected?: string | undefined;
  readonly suggestion?: string | undefined;
  /** Where it is not the code's own. */
  readonly severity?: Severity | undefined;
  readonly dialogue?: readonly string[] | undefined;
}

/** True where something must change before a definition runs. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

/** Collects every problem of a file; the same problem at the same place once. */
export class Report {
  readonly source: SourceFile;
  private readonly found: (Diagnostic & { readonly offset: number })[] = [];
  private readonly byLine = new Map<number, Diagnostic[]>();

  constructor(source: SourceFile) {
    this.source = source;
  }

  add(code: DiagnosticCode, range: Range, message: string, hints: Hints = {}): void {
    if (this.isFull) return;
    const { line, column } = this.source.positionOf(range.start);
    const there = this.byLine.get(line) ?? [];
    if (there.some((other) => isCovered(other, code, column))) return;
    const end = this.source.positionOf(Math.max(range.end, range.start));
    const diagnostic = {
      code,
      severity: hints.severity ?? DIAGNOSTICS[code].severity ?? 'error',
      file: this.source.path,
      line,
      column,
      endLine: end.line,
      endColumn: end.column,
      message,
      ...(hints.expected === undefined ? {} : { expected: hints.expected }),
      ...(hints.suggestion === undefined ? {} : { suggestion: hints.suggestion }),
      excerpt: excerptOf(this.source, line, column, end.line === line ? end.column - column : 1),
      ...(hints.dialogue === undefined ? {} : { dialogue: hints.dialogue }),
      offset: range.start,
    };
    this.found.push(diagnostic);
    this.byLine.set(line, [...there, diagnostic]);
  }

  get count(): number {
    return this.found.length;
  }

  /** Further problems are not told. */
  get isFull(): boolean {
    return this.found.length >= MAX_DIAGNOSTICS;
  }

  get isEmpty(): boolean {
    return this.found.length === 0;
  }

  /** In the order of the file. */
  diagnostics(): readonly Diagnostic[] {
    return [...this.found].sort((a, b) => a.offset - b.offset).map(({ offset: _, ...diagnostic }) => diagnostic);
  }
}

/** Said already; or it follows from a trap of YAML's on the same line, which made another value of what stands there. */
function isCovered(other: Diagnostic, code: DiagnosticCode, column: number): boolean {
  if (other.code.startsWith('yaml-')) return other.code === code || !code.startsWith('yaml-');
  return other.code === code && other.column === column;
}

/** Characters of a source line that an excerpt shows. */
const EXCERPT_WIDTH = 100;

function excerptOf(source: SourceFile, line: number, column: number, length: number): string {
  const text = source.line(line).replaceAll('\t', ' ');
  const from = column > EXCERPT_WIDTH - 20 ? column - EXCERPT_WIDTH / 2 : 0;
  const shown = text.slice(from, from + EXCERPT_WIDTH);
  const carets = '^'.repeat(Math.max(1, Math.min(length, shown.length - (column - 1 - from))));
  const margin = line.toString();
  return `${margin} | ${shown}\n${' '.repeat(margin.length)} | ${' '.repeat(column - 1 - from)}${carets}`;
}
