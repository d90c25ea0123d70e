import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ParlanceError } from '../../channels/error.ts';
import { registeredSchemas, type RegisteredSchemas } from '../../channels/registered-schemas.ts';
import { compileSchema } from '../../channels/schema-problems.ts';
import { typeProblem } from '../../channels/type-name.ts';
import { filesBelow } from '../../dsl/compile/definition-files.ts';
import { parseYamlFile } from '../config/yaml-file.ts';
import { configuredFiles } from './configured-files.ts';

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

function schemaFiles(paths: readonly string[]): Promise<readonly string[]> {
  const filesAt = (path: string): Promise<readonly string[]> => filesBelow(path, (name) => EXTENSION.test(name));
  return configuredFiles(paths, filesAt, (path, cause) => {
    const message = `${path} cannot be read: set "eventSchemas" to files and folders that exist`;
    return new EventSchemasError('event-schema-unreadable', message, { cause });
  });
}

function readSchema(file: string, text: string): SchemaFile {
  const type = typeOf(file);
  const parsed = parseYamlFile(file, text, 'type: object');
  const { values: schema } = parsed;
  const problems = parsed.problems.map(({ where, message }) => `${where}: ${message}`);
  const wrongType = typeProblem(type, 'external');
  if (wrongType) {
    const { expected, remedy } = wrongType;
    problems.push(`${file}:1:1: the file is named after the type "${type}": expected ${expected}; ${remedy}`);
  }
  if (parsed.problems.length > 0) return { file, type, schema, problems };
  const compiled = compileSchema(schema);
  if ('problems' in compiled) {
    problems.push(...compiled.problems.map(({ path, message }) => `${parsed.where(path)}: ${message}`));
  }
  return { file, type, schema, problems };
}

/** Types may have a slash or a colon, which file names can not: there `%2F` and `%3A` stand for them. */
function typeOf(file: string): string {
  return basename(file)
    .replace(EXTENSION, '')
    .replaceAll(/%(2f|3a)/gi, (code) => decodeURIComponent(code));
}
