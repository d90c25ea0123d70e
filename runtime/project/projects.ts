/** Which project a file belongs to: the nearest project.yaml in its folder or one above it. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { formatDiagnostics } from '../../dsl/diagnostics/format.ts';
import type { Diagnostic } from '../../dsl/diagnostics/diagnostic.ts';
import { parseProject } from '../../dsl/project/parse.ts';
import { NO_PROJECT, PROJECT_FILE, type Project } from '../../dsl/project/project.ts';

/** As they are when they are first asked for: for one run of a command, or one look of an editor. */
export class Projects {
  readonly #known = new Map<string, Project>();
  readonly #diagnostics: Diagnostic[] = [];

  /** `file`: a path of a definition, which need not exist. A project file that is wrong counts as none. */
  of(file: string): Project {
    return this.#at(dirname(resolve(file)));
  }

  /** What is wrong with the project files that were found so far. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** The same, as people read it. */
  get report(): string {
    return formatDiagnostics(this.#diagnostics);
  }

  #at(folder: string): Project {
    const known = this.#known.get(folder);
    if (known) return known;
    const project = this.#read(folder) ?? (dirname(folder) === folder ? NO_PROJECT : this.#at(dirname(folder)));
    this.#known.set(folder, project);
    return project;
  }

  #read(folder: string): Project | undefined {
    const path = join(folder, PROJECT_FILE);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
    const parsed = parseProject(text, { file: relative('', path) });
    if ('project' in parsed) return parsed.project;
    this.#diagnostics.push(...parsed.diagnostics);
    return NO_PROJECT;
  }
}
