import type { FileCost } from './cost-report.ts';
import type { Findings } from './report.ts';

/**
 * `{ files, diagnostics, costs? }`, the diagnostics as the checker gives them: lines and columns from 1. `costs` are in
 * SMS segments.
 */
export function jsonReport({ files, diagnostics }: Findings, costs?: readonly FileCost[]): string {
  const listed = costs?.map(({ file, cost }) => ({ file, ...cost }));
  return `${JSON.stringify({ files, diagnostics, ...(listed ? { costs: listed } : {}) }, undefined, 2)}\n`;
}
