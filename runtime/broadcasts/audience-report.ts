import type { Audience } from './audience.ts';
import { MAX_REPORTED_LINES } from './limits.ts';

/** What became of a file. */
export interface AudienceReport {
  readonly recipients: number;
  readonly skipped: number;
  /** The first of them. */
  readonly lines: readonly { readonly line: number; readonly reason: string }[];
  readonly ignoredColumns: readonly string[];
}

export function reportOf({ recipients, skipped, ignored }: Audience): AudienceReport {
  return {
    recipients: recipients.length,
    skipped: skipped.length,
    lines: skipped.slice(0, MAX_REPORTED_LINES).map(({ line, reason }) => ({ line, reason })),
    ignoredColumns: ignored,
  };
}

/** Why nobody can be reached; undefined where somebody can. */
export function emptinessOf({ recipients, skipped: [first] }: Audience): string | undefined {
  if (recipients.length > 0) return undefined;
  return `no line of the file can be used${first ? `; line ${first.line}: ${first.reason}` : ''}`;
}
