/** A CSV file of people, on its way to the platform, and what the platform made of it. */
import { readFile } from 'node:fs/promises';
import type { AudienceReport } from '../../broadcasts/audience-report.ts';
import { BroadcastError } from '../../broadcasts/errors.ts';
import { reasonOf } from '../../project/file-problem.ts';

/** Rejects with BroadcastError `audience-unreadable`. */
export function readAudienceFile(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw new BroadcastError('audience-unreadable', `${path}: ${reasonOf(cause)}`, { cause });
  });
}

export function reportText(report: AudienceReport, columnsTitle: string): string {
  const { recipients, skipped, lines, ignoredColumns } = report;
  const unlisted = skipped - lines.length;
  return [
    `${recipients} to reach, ${skipped} skipped${skipped === 0 ? '' : ':'}`,
    ...lines.map(({ line, reason }) => `  line ${line}: ${reason}`),
    ...(unlisted > 0 ? [`  and ${unlisted} more`] : []),
    ...(ignoredColumns.length > 0 ? [`${columnsTitle}: ${ignoredColumns.join(', ')}`] : []),
    '',
  ].join('\n');
}
