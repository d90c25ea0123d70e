import type { StoreAccess } from '../store-access.ts';

interface DescribedColumn {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

/** Narrower than this, what a column means stands on one line however long it is. */
const LEAST_TEXT_COLUMNS = 20;

/** The columns of a view. Rejects as `rows` does where there is no such view. */
export async function describeView(store: StoreAccess, view: string, width: number | undefined): Promise<string> {
  return describedText(await store.rows<DescribedColumn>(`DESCRIBE TABLE ${view}`), width);
}

/** Name, type and meaning side by side; the meaning goes on below itself. `width`: undefined where it does not matter. */
export function describedText(columns: readonly DescribedColumn[], width: number | undefined): string {
  const rows = columns.map(({ name, type, comment }) => ({ name, type: shortType(type), comment }));
  const names = Math.max(...rows.map(({ name }) => name.length));
  const types = Math.max(...rows.map(({ type }) => type.length));
  const before = names + types + 4;
  const room = width === undefined || width - before < LEAST_TEXT_COLUMNS ? Infinity : width - before;
  return rows
    .flatMap(({ name, type, comment }) =>
      wrapped(comment, room).map((line, index) =>
        index === 0 ? `${name.padEnd(names)}  ${type.padEnd(types)}  ${line}` : `${' '.repeat(before)}${line}`,
      ),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** Without what makes no difference to who asks: all times are in UTC, and how a word is kept is not seen. */
function shortType(type: string): string {
  return type
    .replaceAll(/LowCardinality\((\w+)\)/g, '$1')
    .replaceAll(", 'UTC'", '')
    .replaceAll("('UTC')", '');
}

function wrapped(text: string, room: number): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
