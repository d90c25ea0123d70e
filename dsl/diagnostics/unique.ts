import type { Diagnostic } from './diagnostic.ts';

/** Each problem once: one of a shared file is found again by everything that imports it. */
export function uniqueDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const one of diagnostics) {
    const { code, file, line, column, message } = one;
    const key = JSON.stringify([code, file, line, column, message]);
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}
