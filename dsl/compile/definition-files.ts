import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_FILE } from '../project/project.ts';

/**
 * The definitions at a path: the file itself, or every `.yaml` and `.yml` file below a folder, in the order of their
 * names. Scenario files (`*.test.yaml`), `project.yaml`, hidden and installed files are none. Rejects where the path can not be read.
 */
export function definitionFiles(path: string): Promise<readonly string[]> {
  return filesBelow(path, isDefinitionName);
}

export function isDefinitionName(name: string): boolean {
  return /\.ya?ml$/.test(name) && !isScenarioName(name) && name !== PROJECT_FILE;
}

/** Of a path too. */
export function isScenarioName(name: string): boolean {
  return /\.test\.ya?ml$/.test(name);
}

/** The file itself, or the wanted ones below a folder, in the order of their names; without hidden and installed ones. */
export async function filesBelow(path: string, isWanted: (name: string) => boolean): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const files: string[] = [];
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const child = join(path, entry.name);
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) files.push(...(await filesBelow(child, isWanted)));
    else if (isWanted(entry.name)) files.push(child);
  }
  return files;
}
