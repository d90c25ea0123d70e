/** The definitions of the folders that an editor has open, whether in an editor or only on disk. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { definitionFiles } from '../../dsl/compile/definition-files.ts';
import { eventTypes, type ProjectNames } from './completion.ts';
import { declared, outlineOf, type Outline } from './outline.ts';

/** A folder of more files is not a project of conversations, and reading it would keep the editor waiting. */
const MAX_WORKSPACE_FILES = 2000;

export class Workspace {
  private readonly outlines = new Map<string, Outline>();

  /** What can not be read is left out: it may be gone by now. */
  async addFolder(uri: string): Promise<void> {
    const files = await definitionFiles(fileURLToPath(uri)).catch(() => []);
    for (const file of files.slice(0, MAX_WORKSPACE_FILES)) await this.readAgain(pathToFileURL(file).href);
  }

  async readAgain(uri: string): Promise<void> {
    if (!uri.startsWith('file:')) return;
    const text = await readFile(fileURLToPath(uri), 'utf8').catch(() => undefined);
    if (text === undefined) this.outlines.delete(uri);
    else this.update(uri, text);
  }

  update(uri: string, text: string): Outline {
    const outline = outlineOf(text, uri);
    this.outlines.set(uri, outline);
    return outline;
  }

  names(): ProjectNames {
    const all = [...this.outlines.values()];
    return {
      eventTypes: all.flatMap(eventTypes),
      conversations: all.flatMap((outline) => declared(outline, 'conversation')),
    };
  }

  /** Where a conversation of this name is declared. */
  conversation(name: string): { readonly uri: string; readonly outline: Outline } | undefined {
    for (const [uri, outline] of this.outlines) {
      if (declared(outline, 'conversation').includes(name)) return { uri, outline };
    }
    return undefined;
  }
}
