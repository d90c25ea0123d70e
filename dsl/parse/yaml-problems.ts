/** What the YAML parser says, in the author's terms. */
import { visit, type Document, type ErrorCode, type YAMLError } from 'yaml';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Report } from '../diagnostics/diagnostic.ts';
import type { Range } from './source-file.ts';

const SIMPLE: Partial<Record<ErrorCode, readonly [DiagnosticCode, string]>> = {
  TAB_AS_INDENT: ['yaml-tab', 'a tab can not indent'],
  MULTIPLE_DOCS: ['yaml-several-documents', 'a second document begins here'],
  TAG_RESOLVE_FAILED: ['yaml-tag', 'YAML reads what begins with "!" as a tag'],
  BAD_ALIAS: ['yaml-anchor', 'aliases and anchors are not part of the language'],
};

/** What the parser says of these is about its grammar. */
const PLAIN: Partial<Record<ErrorCode, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " in this line: a text with one needs quotes, a further key a line of its own',
  BAD_INDENT: 'this does not begin in the column in which what it belongs to begins',
  MULTILINE_IMPLICIT_KEY:
    'this is neither "key: value" nor part of the text before: a ":" or the indentation is missing',
  BAD_SCALAR_START: 'a text that begins with this character needs quotes',
  BAD_DQ_ESCAPE: 'inside "…" a "\\" begins what YAML does not know: write "\\\\", or quote with \'…\'',
};

/** Keys whose value is an expression. */
const EXPRESSION_LINE = /^\s*(?:- )?(?:when|until|contact|key):\s+(\S.*?)\s*$/;
/** Keys whose value is prose. */
const PROSE_LINE = /^\s*(?:- )?(?:say|ask|text|about|label|[a-z]{2}(?:-[A-Z]{2})?):\s+(\S.*?)\s*$/;

export function reportYamlProblem(report: Report, problem: YAMLError, document: Document): void {
  const range = rangeOfProblem(problem, document);
  const { line } = report.source.positionOf(range.start);
  const text = report.source.line(line);
  const simple = SIMPLE[problem.code];
  if (simple && !(problem.code === 'BAD_ALIAS' && problem.message.includes('resolve'))) {
    const [code, message] = simple;
    report.add(code, range, message, { suggestion: code === 'yaml-tag' ? quoteLine(text) : undefined });
    return;
  }
  const expression = EXPRESSION_LINE.exec(text)?.[1];
  if (expression !== undefined && !isQuoted(expression)) {
    // One diagnostic a line, at the value: the parser may report the same several times.
    const start = report.source.lineStart(line) + text.indexOf(expression);
    const message = 'YAML reads part of this expression as its own syntax';
    report.add('yaml-expression-unquoted', { start, end: start + expression.length }, message, {
      suggestion: quoted(expression),
    });
    return;
  }
  if (/[{,]\s*[\w-]+:[^"'}]*\$\{/.test(text) || (text.includes('{') && problem.code === 'BLOCK_IN_FLOW')) {
    report.add('yaml-flow-text', range, 'this text inside { } needs quotes', { expected: '{ name: "a text" }' });
    return;
  }
  const prose = PROSE_LINE.exec(text)?.[1];
  const isProse = prose !== undefined && !isQuoted(prose) && /:\s|^[[{@`%&*!|>]/.test(prose);
  report.add('yaml-syntax', range, PLAIN[problem.code] ?? sentence(problem.message), {
    suggestion: isProse ? quoted(prose) : undefined,
  });
}

/** A quote that is not closed is noticed at the end of the file: told where it was opened. */
function rangeOfProblem(problem: YAMLError, document: Document): Range {
  let [start, end] = problem.pos;
  if (problem.code === 'MISSING_CHAR') {
    visit(document, {
      Scalar(_key, node) {
        if (node.type?.startsWith('QUOTE') && node.range && node.range[1] >= start - 1) {
          [start] = node.range;
          end = start + 1;
          return visit.BREAK;
        }
        return undefined;
      },
    });
  }
  return { start, end };
}

function quoteLine(line: string): string | undefined {
  const value = /:\s+(!.*?)\s*$/.exec(line)?.[1];
  return value === undefined ? undefined : quoted(value);
}

/** In single quotes where that needs no escape. */
export function quoted(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function isQuoted(text: string): boolean {
  return /^(["']).*\1$/.test(text) && !/["']\s*(?:[=<>!&|+?-]|in\b)/.test(text.slice(1, -1));
}

function sentence(message: string): string {
  return (
    message.slice(0, 1).toLowerCase() +
    message.slice(1).replace(/\.$/, '').replace('"quote', 'quote "').replace("'quote", "quote '")
  );
}
