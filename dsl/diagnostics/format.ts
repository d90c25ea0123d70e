import type { Diagnostic } from './diagnostic.ts';

export interface FormatOptions {
  /** ANSI colours. */
  readonly color?: boolean;
}

/** For people: place, code, message, the line with a caret, and what to do. One block per problem, ends with a newline. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], { color = false }: FormatOptions = {}): string {
  const paint = (style: number, text: string) => (color ? `\u001b[${style.toString()}m${text}\u001b[0m` : text);
  return diagnostics
    .map((diagnostic) => {
      const { file, line, column, code, severity, message, excerpt, expected, suggestion, dialogue } = diagnostic;
      const style = severity === 'error' ? 31 : 33;
      const title = severity === 'error' ? code : `${severity} ${code}`;
      const [shown = '', carets = ''] = excerpt.split('\n');
      return [
        `${paint(1, `${file}:${line.toString()}:${column.toString()}`)} ${paint(style, title)} ${message}`,
        `  ${shown}`,
        `  ${paint(style, carets)}`,
        ...(suggestion === undefined ? [] : [`  did you mean: ${suggestion}`]),
        ...(expected === undefined ? [] : [`  expected: ${expected}`]),
        ...(dialogue === undefined ? [] : ['  shown by:', ...dialogue.map((line) => `    ${line}`)]),
      ].join('\n');
    })
    .map((block) => `${block}\n`)
    .join('\n');
}
