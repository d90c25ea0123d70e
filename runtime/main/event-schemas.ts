import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ParlanceError } from '../../channels/error.ts';
import { registeredSchemas, type RegisteredSchemas } from '../../channels/registered-schemas.ts';
import { compileSchema } from '../../channels/schema-problems.ts';
import { typeProblem } from '../../channels/type-name.ts';
import { filesBelow } from '../../dsl/compile/definition-files.ts';
import { parseYamlFile } from '../config/yaml-file.ts';

const EXTENSION = /\.(json|ya?ml)$/;

/** A platform that checked only some types would surprise people: it does not start. */
class EventSchemasError extends ParlanceError<'event-schema-invalid' | 'event-schema-unreadable'> {}

interface SchemaFile {
  readonly file: string;
  readonly type: string;
  readonly schema: object;
  /** `file:line:column: what is wrong` */
  readonly problems: readonly string[];
}

/**
 * The schemas in the given files and folders, each for the type that its file is named after. Rejects with all problems
 * of all files at once, each with its place: EventSchemasError.
 */
export async function loadEventSchemas(paths: readonly string[]): Promise<RegisteredSchemas> {
  const files: SchemaFile[] = [];
  for (const file of await schemaFiles(paths)) files.push(readSchema(file, await readFile(file, 'utf8')));
  const problems = files.flatMap((one) => one.problems);
  for (const [index, { type, file }] of files.entries()) {
    const earlier = files.slice(0, index).find((other) => other.type === type);
    if (earlier) problems.push(`${file}:1:1: ${earlier.file} is the schema of "${type}" already: keep one of them`);
  }
  if (problems.length > 0) throw new EventSchemasError('event-schema-invalid', problems.join('\n'));
  return registeredSchemas(Object.fromEntries(files.map(({ type, schema }) => [type, schema])));
}

async function schemaFiles(paths: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const path of paths) {
    try {
      files.push(...(await filesBelow(path, (name) => EXTENSION.test(name))));
    } catch (cause) {
      throw new EventSchemasError(
        'event-schema-unreadable',
        `${path} cannot be read: set "eventSchemas" to files and folders that exist`,
        { cause },
      );
    }
  }
  return files;
}

function readSchema(file: string, text: string): SchemaFile {
  const type = typeOf(file);
  const wrongType = typeProblem(type, 'external');
  const { values: schema, problems, where } = parseYamlFile(file, text, 'type: object');
  const found = problems.map((problem) => `${problem.where}: ${problem.message}`);
  if (wrongType) {
    const { expected, remedy } = wrongType;
    found.push(`${file}:1:1: the file is named after the type "${type}": expected ${expected}; ${remedy}`);
  }
  if (problems.length > 0) return { file, type, schema, problems: found };
  const compiled = compileSchema(schema);
  if ('problems' in compiled) {
    found.push(...compiled.problems.map(({ path, message }) => `${where(path)}: ${message}`));
  }
  return { file, type, schema, problems: found };
}

/** Types may have a slash or a colon, which file names can not: there `%2F` and `%3A` stand for them. */
function typeOf(file: string): string {
  return basename(file)
    .replace(EXTENSION, '')
    .replaceAll(/%(2f|3a)/gi, (code) => decodeURIComponent(code));
}
