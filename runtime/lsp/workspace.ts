/** The files of a project that an editor has open: definitions, shared files, `project.yaml`, typed or only on disk. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { filesBelow, isDefinitionName } from '../../dsl/compile/definition-files.ts';
import { PROJECT_FILE } from '../../dsl/project/project.ts';
import { textOnDisk } from '../project/projects.ts';
import { declared, outlineOf, type Outline } from './outline.ts';

/** A folder of more files is not a project of conversations, and reading it would keep the editor waiting. */
const MAX_WORKSPACE_FILES = 2000;

/** A file as it is known now. */
export interface Known {
  readonly uri: string;
  readonly outline: Outline;
}

export class Workspace {
  /** Undefined where a file was looked for and there is none. */
  private readonly outlines = new Map<string, Outline | undefined>();

  /** What can not be read is left out: it may be gone by now. */
  async addFolder(uri: string): Promise<void> {
    const isKnown = (name: string): boolean => isDefinitionName(name) || name === PROJECT_FILE;
    const files = await filesBelow(fileURLToPath(uri), isKnown).catch(() => []);
    for (const file of files.slice(0, MAX_WORKSPACE_FILES)) this.readAgain(pathToFileURL(file).href);
  }

  readAgain(uri: string): Outline | undefined {
    const text = uri.startsWith('file:') ? textOnDisk(fileURLToPath(uri)) : undefined;
    if (text !== undefined) return this.update(uri, text);
    this.outlines.set(uri, undefined);
    return undefined;
  }

  update(uri: string, text: string): Outline {
    const known = this.outlines.get(uri);
    if (known?.source.text === text) return known;
    const outline = outlineOf(text, uri);
    this.outlines.set(uri, outline);
    return outline;
  }

  /** Also of a file outside of the folders. */
  at(uri: string): Outline | undefined {
    return this.outlines.has(uri) ? this.outlines.get(uri) : this.readAgain(uri);
  }

  /** The text of a file by its path, as it is typed: for the compiler. */
  read(path: string): string | undefined {
    const { href } = pathToFileURL(path);
    return this.outlines.get(href)?.source.text ?? textOnDisk(path);
  }

  get all(): readonly Known[] {
    return [...this.outlines].flatMap(([uri, outline]) => (outline ? [{ uri, outline }] : []));
  }

  /** Where a conversation of this name is declared. */
  conversation(name: string): Known | undefined {
    return this.all.find(({ outline }) => declared(outline, 'conversation').includes(name));
  }
}
