import { clickHouseMessage } from '../../store/errors.ts';

/** ClickHouse's message, below the statement with a caret where it names a position. */
export function errorText(statement: string, error: unknown): string {
  const message = clickHouseMessage(error);
  const position = Number(/failed at position (\d+)/.exec(message)?.[1]);
  if (!(position >= 1)) return `${message}\n`;
  // ClickHouse counts bytes.
  const before = Buffer.from(statement, 'utf8')
    .subarray(0, position - 1)
    .toString('utf8');
  const column = before.length - (before.lastIndexOf('\n') + 1);
  const line = statement.split('\n')[before.split('\n').length - 1] ?? '';
  return `${line}\n${' '.repeat(column)}^\n${message}\n`;
}
