/** How a single value is printed: as it was written, but for its quotes and the indentation of its further lines. */
import { Scalar } from 'yaml';
import { rangeOf } from '../parse/tree.ts';

/** `indent`: of further lines. On `oneLine` the lines of a text are folded into one. */
export function printScalar(node: Scalar, source: string, indent: string, oneLine: boolean): string | undefined {
  const { start, end } = rangeOf(node);
  const raw = source.slice(start, end);
  switch (node.type) {
    case Scalar.PLAIN:
      if (!raw.includes('\n')) return raw;
      return oneLine ? (node.source ?? raw) : indented(raw, indent);
    case Scalar.QUOTE_SINGLE:
    case Scalar.QUOTE_DOUBLE:
      return indented(requoted(raw), indent);
    case Scalar.BLOCK_LITERAL:
    case Scalar.BLOCK_FOLDED:
      return printBlock(raw, indent);
    case undefined:
      break;
  }
  return raw;
}

/** Single quotes; double ones where the text holds a single one and no double one, or needs escapes. */
function requoted(raw: string): string {
  const quote = raw[0] ?? '';
  const inner = raw.slice(1, -1);
  if (quote === "'" ? inner.includes('\\') : /\\[^"]/.test(inner)) return raw;
  const text = quote === "'" ? inner.replaceAll("''", "'") : inner.replaceAll('\\"', '"');
  if (text.includes("'") && !text.includes('"')) return `"${text}"`;
  return `'${text.replaceAll("'", "''")}'`;
}

/** YAML folds the blanks around the line breaks of plain and quoted texts; but escaped ones count. */
function indented(raw: string, indent: string): string {
  const lines = raw.split('\n');
  const last = lines.length - 1;
  return lines
    .map((line, index) => {
      const text = index === 0 ? line : line.trimStart();
      const trimmed = index === last || raw.includes('\\') ? text : text.trimEnd();
      return index === 0 || trimmed === '' ? trimmed : indent + trimmed;
    })
    .join('\n');
}

/** `|` and `>`; undefined where the indentation is stated, and may count. */
function printBlock(raw: string, indent: string): string | undefined {
  const [header = '', ...body] = raw.split('\n');
  if (/^[|>][+-]?\d/.test(header)) return undefined;
  const keeps = /^[|>]\+/.test(header);
  while (!keeps && body.at(-1)?.trim() === '') body.pop();
  if (keeps && body.at(-1) === '') body.pop();
  const margins = body.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const margin = margins[0] ?? 0;
  if (margins.some((one) => one < margin)) return undefined;
  const lines = body.map((line) => (line.length <= margin ? '' : indent + line.slice(margin)));
  return [header.trimEnd(), ...lines].join('\n');
}
