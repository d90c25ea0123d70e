/** Definitions on their way to a platform: with all files that they need, for it compiles and checks them itself. */
import { dirname, relative, resolve, sep } from 'node:path';
import { isDefinitionName } from '../../dsl/compile/definition-files.ts';
import type { DefinitionSource } from '../project/check-definitions.ts';
import { Projects, textOnDisk } from '../project/projects.ts';

/** Bytes of a request: some hundred definitions with their shared files. */
export const MAX_UPLOAD_BYTES: number = 8 * 1024 * 1024;

export interface Upload {
  /** Paths of what is to be published. */
  readonly definitions: readonly string[];
  /** Path → text: these, project files and what is imported. Paths have slashes and are relative to one folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** Reads from disk, and remembers what was read. */
export class ReadingProjects extends Projects {
  readonly read: ReadonlyMap<string, string>;

  constructor() {
    const read = new Map<string, string>();
    super((path) => {
      const text = textOnDisk(path);
      if (text !== undefined) read.set(path, text);
      return text;
    });
    this.read = read;
  }
}

/** `read`: by absolute path, besides the sources. */
export function uploadOf(sources: readonly DefinitionSource[], read: ReadonlyMap<string, string>): Upload {
  const texts = new Map([...read, ...sources.map(({ file, text }) => [resolve(file), text] as const)]);
  const root = folderOfAll([...texts.keys()]);
  const named = (path: string): string => relative(root, path).replaceAll(sep, '/');
  return {
    definitions: sources.map(({ file }) => named(resolve(file))),
    files: Object.fromEntries([...texts].map(([path, text]) => [named(path), text])),
  };
}

function folderOfAll(paths: readonly string[]): string {
  let folder = dirname(paths[0] ?? '.');
  while (!paths.every((path) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep)))
    folder = dirname(folder);
  return folder;
}

/** A sentence where it is no upload. */
export function parseUpload(body: Buffer): Upload | string {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return 'the body is no JSON';
  }
  const { definitions, files } = (value ?? {}) as Partial<Record<keyof Upload, unknown>>;
  if (!Array.isArray(definitions) || definitions.length === 0 || typeof files !== 'object' || files === null) {
    return 'expected {"definitions": [paths], "files": {path: text}}';
  }
  const texts = new Map(Object.entries(files as Record<string, unknown>));
  const missing: unknown = definitions.find((path) => typeof path !== 'string' || !texts.has(path));
  if (missing !== undefined) return `"files" lacks ${JSON.stringify(missing)}, which "definitions" names`;
  const wrong = [...texts].find(([, text]) => typeof text !== 'string');
  if (wrong) return `the text of "${wrong[0]}" is no text`;
  return { definitions: definitions as string[], files: files as Record<string, string> };
}

export function sourcesIn({ definitions, files }: Upload): readonly DefinitionSource[] {
  return definitions.map((file) => ({ file, text: files[file] ?? '' }));
}

/** What stands around them, of the upload alone: nothing is read from this machine's disk. */
export function projectsIn({ files }: Upload): Projects {
  const texts = new Map(Object.entries(files).map(([path, text]) => [resolve(path), text]));
  const paths = [...texts.keys()].sort();
  return new Projects(
    (path) => texts.get(path),
    (folder) => paths.filter((path) => path.startsWith(folder + sep) && isDefinitionName(path.split(sep).at(-1) ?? '')),
  );
}
