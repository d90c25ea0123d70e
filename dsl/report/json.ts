import type { Findings } from './report.ts';

/** `{ files, diagnostics }`, the diagnostics as the checker gives them: lines and columns from 1. */
export function jsonReport({ files, diagnostics }: Findings): string {
  return `${JSON.stringify({ files, diagnostics }, undefined, 2)}\n`;
}
