import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** The message with what to do, in one line: for readers that show no source line beside it. */
export function withAdvice({ message, expected, suggestion }: Diagnostic): string {
  return [
    message,
    ...(suggestion === undefined ? [] : [`did you mean: ${suggestion}`]),
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
  ].join('; ');
}
