/** What `parlance init` puts into a folder beside the conversations. */
import { PROJECT_FILE } from '../../../dsl/project/project.ts';
import { projectSchema } from '../../../dsl/project/schema.ts';
import { definitionSchema } from '../../../dsl/schema/definition.ts';
import { publishedSchema } from '../../../dsl/schema/schema.ts';
import { SAVED_QUERIES } from './saved-queries.ts';

/** A file to write: its path from the project's folder, with `/`. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

export const SCHEMA_FILE = '.vscode/conversation.schema.json';
const PROJECT_SCHEMA_FILE = '.vscode/project.schema.json';

export function projectFiles(name: string): readonly NewFile[] {
  return [
    { path: 'README.md', text: readme(name) },
    { path: PROJECT_FILE, text: project(name) },
    { path: '.gitignore', text: '.parlance/\n' },
    { path: '.vscode/settings.json', text: json(SETTINGS) },
    { path: '.vscode/extensions.json', text: json({ recommendations: ['redhat.vscode-yaml'] }) },
    { path: SCHEMA_FILE, text: publishedSchema(definitionSchema) },
    { path: PROJECT_SCHEMA_FILE, text: publishedSchema(projectSchema) },
    ...SAVED_QUERIES,
  ];
}

/** For editors that read a JSON Schema; those that speak to a language server get more from `parlance lsp`. */
const SETTINGS = {
  'yaml.schemas': {
    [`./${SCHEMA_FILE}`]: ['conversations/**/*.yaml', '!conversations/**/*.test.yaml'],
    [`./${PROJECT_SCHEMA_FILE}`]: [PROJECT_FILE],
  },
  'files.associations': { 'conversations/**/*.yaml': 'yaml' },
  '[yaml]': { 'editor.tabSize': 2, 'editor.insertSpaces': true },
};

/** What the platform takes where nothing is said, to be changed in one place. */
function project(name: string): string {
  return `project: ${projectName(name)}
about: What all conversations of this folder have in common, unless they say otherwise themselves.

# The languages of every text; the first is for people whose language is not known.
locales: [en]

# Where people live whose time zone is not known, such as Europe/Madrid.
zone: UTC

# How long a conversation may wait for people in all.
lifetime: 3d
`;
}

/** Of a name in the language. */
const MAX_NAME_CHARACTERS = 63;

/** Of a folder's name: what a name of the language may have of it. */
function projectName(name: string): string {
  const letters = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return letters.replace(/^[^a-z]+|-+$/g, '').slice(0, MAX_NAME_CHARACTERS) || 'project';
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function readme(name: string): string {
  return `# ${name}

Conversations in YAML, run by Parlance.

| to                            | run                                     |
| ----------------------------- | --------------------------------------- |
| check every definition        | \`parlance validate conversations\`       |
| play every scenario           | \`parlance test conversations\`           |
| write files in their one form | \`parlance fmt conversations\`            |
| begin another conversation    | \`parlance new NAME\`                     |
| run them, with a web chat     | \`parlance start\`                        |
| ask what happened             | \`parlance sql --file queries/stuck.sql\` |

\`project.yaml\` says what all conversations have in common. Each conversation has a folder in \`conversations/\`: the definition, and its scenarios in \`NAME.test.yaml\`. \`queries/\` has what is asked of the store again and again; what stands at the top of each says which \`--param NAME=VALUE\` it takes.
`;
}
