/** Which project a file belongs to: the nearest project.yaml in its folder or one above it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { isDefinitionName } from '../../dsl/compile/definition-files.ts';
import type { Surroundings } from '../../dsl/compile/unit.ts';
import { formatDiagnostics } from '../../dsl/diagnostics/format.ts';
import type { Diagnostic } from '../../dsl/diagnostics/diagnostic.ts';
import { parseProject } from '../../dsl/project/parse.ts';
import { NO_PROJECT, PROJECT_FILE, type Project } from '../../dsl/project/project.ts';

interface Found {
  readonly project: Project;
  /** Where its file stands. */
  readonly folder?: string;
}

/** As they are when they are first asked for: for one run of a command, or one look of an editor. */
export class Projects {
  readonly #known = new Map<string, Found>();
  readonly #files = new Map<string, ReadonlyMap<string, string>>();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #text: (path: string) => string | undefined;
  readonly #below: (folder: string) => readonly string[];

  /**
   * `text`: of a file, where an editor knows a newer one than the disk. `below`: paths of the definitions below a
   * folder, where they are not on this disk.
   */
  constructor(
    text: (path: string) => string | undefined = textOnDisk,
    below: (folder: string) => readonly string[] = definitionsBelow,
  ) {
    this.#text = text;
    this.#below = below;
  }

  /** `file`: a path of a definition, which need not exist. A project file that is wrong counts as none. */
  of(file: string): Project {
    return this.#found(dirname(resolve(file))).project;
  }

  /** For compileText: the file's project, and the readers of what stands beside it. */
  around(file: string): Surroundings {
    const project = this.of(file);
    const { folder } = this.#found(dirname(resolve(file)));
    return {
      project,
      read: (path) => this.#text(resolve(path)),
      find: (conversation) => (folder === undefined ? undefined : this.#conversations(folder).get(conversation)),
    };
  }

  /** What is wrong with the project files that were found so far. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** The same, as people read it. */
  get report(): string {
    return formatDiagnostics(this.#diagnostics);
  }

  #found(folder: string): Found {
    const known = this.#known.get(folder);
    if (known) return known;
    const project = this.#read(folder);
    const isTop = dirname(folder) === folder;
    const found = project ? { project, folder } : isTop ? { project: NO_PROJECT } : this.#found(dirname(folder));
    this.#known.set(folder, found);
    return found;
  }

  /** Of the definitions below a project's folder: where each stands. */
  #conversations(folder: string): ReadonlyMap<string, string> {
    const known = this.#files.get(folder);
    if (known) return known;
    const found = new Map<string, string>();
    this.#files.set(folder, found);
    for (const file of this.#below(folder)) {
      const name = /^conversation:\s*["']?([a-z][a-z0-9-]*)/m.exec(this.#text(file) ?? '')?.[1];
      if (name !== undefined && !found.has(name)) found.set(name, relative('', file));
    }
    return found;
  }

  #read(folder: string): Project | undefined {
    const path = join(folder, PROJECT_FILE);
    const text = this.#text(path);
    if (text === undefined) return undefined;
    const parsed = parseProject(text, { file: relative('', path) });
    if ('project' in parsed) return parsed.project;
    this.#diagnostics.push(...parsed.diagnostics);
    return NO_PROJECT;
  }
}

/** Undefined where there is none to read. */
export function textOnDisk(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** As `definitionFiles`, at once: an import is read in the midst of compiling. */
function definitionsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.name.startsWith('.') || entry.name === 'node_modules') return [];
      if (entry.isDirectory()) return definitionsBelow(path);
      return isDefinitionName(entry.name) ? [path] : [];
    });
}
