/** What `parlance init` puts into a folder beside the conversations. */
import { definitionSchema } from '../../../dsl/schema/definition.ts';

/** A file to write: its path from the project's folder, with `/`. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

export const SCHEMA_FILE = '.vscode/conversation.schema.json';

export function projectFiles(name: string): readonly NewFile[] {
  return [
    { path: 'README.md', text: readme(name) },
    { path: '.gitignore', text: '.parlance/\n' },
    { path: '.vscode/settings.json', text: json(SETTINGS) },
    { path: '.vscode/extensions.json', text: json({ recommendations: ['redhat.vscode-yaml'] }) },
    { path: SCHEMA_FILE, text: schemaText() },
  ];
}

/** For editors that read a JSON Schema; those that speak to a language server get more from `parlance lsp`. */
const SETTINGS = {
  'yaml.schemas': { [`./${SCHEMA_FILE}`]: ['conversations/**/*.yaml', '!conversations/**/*.test.yaml'] },
  'files.associations': { 'conversations/**/*.yaml': 'yaml' },
  '[yaml]': { 'editor.tabSize': 2, 'editor.insertSpaces': true },
};

/** Without what only the checker reads. */
function schemaText(): string {
  const annotations: ReadonlySet<string> = new Set(['expected', 'later']);
  return `${JSON.stringify(definitionSchema, (key, value: unknown) => (annotations.has(key) ? undefined : value), 2)}\n`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function readme(name: string): string {
  return `# ${name}

Conversations in YAML, run by Parlance.

| to                              | run                              |
| ------------------------------- | -------------------------------- |
| check every definition          | \`parlance validate conversations\` |
| play every scenario             | \`parlance test conversations\`     |
| write files in their one form   | \`parlance fmt conversations\`      |
| begin another conversation      | \`parlance new NAME\`               |
| run them, with a web chat       | \`parlance start\`                  |

Each conversation has a folder in \`conversations/\`: the definition, and its scenarios in \`NAME.test.yaml\`.
`;
}
