import { ENVIRONMENT_PREFIX, SETTINGS, type Setting } from './settings.ts';
import { configurationSchema } from './schema.ts';

const INTRODUCTION = `# Configuration

<!-- Generated from runtime/config/schema.ts by \`npm run generate\`. Do not edit. -->

Every value comes from the first of these that gives it:

1. a command-line flag, where a command has one (\`--port 9000\`);
2. an environment variable: \`${ENVIRONMENT_PREFIX}\` and the key in capitals, words parted by \`_\`; lists are parted by commas;
3. the YAML file named by \`--config\` or \`PARLANCE_CONFIG\`, otherwise \`parlance.yaml\` in the working directory if there is one;
4. the default.

\`parlance config\` prints the effective values, where each comes from, and redacts secrets. Unknown keys and variables
are errors, and all errors are reported at once. An empty variable counts as not set. Names that begin with \`PARLANCE_TEST_\`
and the variables that Kubernetes adds for a service (\`PARLANCE_SERVICE_HOST\`, \`PARLANCE_PORT=tcp://…\`) are ignored.
`;

/** The page docs/reference/configuration.md. */
export function configurationPage(): string {
  const sections = Object.entries(configurationSchema.properties).map(([name, schema]) => {
    const settings = SETTINGS.filter(({ path }) => path[0] === name);
    const heading = schema.type === 'object' ? `## ${name}\n\n${schema.description}\n\n` : '';
    return heading + settings.map(entry).join('\n');
  });
  return `${INTRODUCTION}\n## Top level\n\n${sections.join('\n')}\n${example()}`;
}

function entry({ key, variable, fileVariable, schema, secret }: Setting): string {
  const facts = [
    schema.enum ? `one of ${schema.enum.map(code).join(', ')}` : typeOf(schema.type),
    schema.default === undefined ? 'not set by default' : `default ${code(JSON.stringify(schema.default))}`,
    `variable ${code(variable)}${fileVariable === undefined ? '' : `, or ${code(fileVariable)} with the path of a file that holds it`}`,
  ];
  return `### ${key}\n\n${schema.description}${secret ? ' Secret.' : ''}\n\n${facts.map((fact) => `- ${fact}\n`).join('')}`;
}

function typeOf(type: Setting['schema']['type']): string {
  return { string: 'text', integer: 'whole number', boolean: '`true` or `false`', array: 'list' }[type];
}

function code(text: string): string {
  return `\`${text}\``;
}

/** The defaults as a file to start from, without secrets and what has no default. */
function example(): string {
  const lines = Object.entries(configurationSchema.properties).flatMap(([name, schema]) =>
    schema.type === 'object'
      ? [`${name}:`, ...SETTINGS.filter(({ path }) => path[0] === name).flatMap((setting) => line(setting, '  '))]
      : SETTINGS.filter(({ key }) => key === name).flatMap((setting) => line(setting, '')),
  );
  return `## The defaults as a file\n\n\`\`\`yaml\n${lines.join('\n')}\n\`\`\`\n`;
}

function line({ path, schema }: Setting, indent: string): string[] {
  if (schema.default === undefined) return [];
  const { default: value } = schema;
  const text = Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
  return [`${indent}${path.at(-1) ?? ''}: ${text}`];
}
