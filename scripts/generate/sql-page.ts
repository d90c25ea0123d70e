import { formatted } from '../generate-configuration.ts';
import { VIEWS } from '../../runtime/store/views.ts';
import type { View } from '../../runtime/store/views/view.ts';

const HEAD = `<!-- Generated from runtime/store/views by \`npm run generate\`. Do not edit. -->

# Views

What analysts and tools ask in SQL: [the store](../store.md) says how. In the database of a tenant the column \`tenant\` is
left out. Times are UTC.
`;

/** docs/reference/sql.md */
export async function sqlPage(): Promise<string> {
  return formatted('docs/reference/sql.md', [HEAD, ...VIEWS.map(section)].join('\n'));
}

function section({ name, about, columns, examples }: View): string {
  const rows = columns.map(([column, type, meaning]) => `| \`${column}\` | \`${type}\` | ${cell(meaning)} |`);
  const queries = examples.map(({ about: what, sql }) => `${what}\n\n\`\`\`sql\n${sql}\n\`\`\`\n`);
  const table = ['| column | type | |', '| --- | --- | --- |', ...rows].join('\n');
  return [`## ${name}`, about, `${table}\n`, ...queries].join('\n\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
