/** How tests start `parlance` as a process, from whatever folder. */
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What is built: see tsconfig.build.json and scripts/copy-assets.mjs. JSON beside it is for scripts alone. */
const SOURCES: readonly string[] = ['channels', 'dsl', 'runtime', 'connectors'];

/** By absolute paths, since no node_modules may be where it is started. */
const FROM_SOURCES: readonly string[] = [
  ...['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href],
  join(ROOT, 'runtime/cli/parlance.ts'),
];

/**
 * What to give to Node before the words of the command. It is as people run it, built, which starts in half of the time;
 * from the sources where one of them was written after it was built.
 */
export const PARLANCE: readonly string[] = isBuilt() ? [join(ROOT, 'dist/runtime/cli/parlance.js')] : FROM_SOURCES;

/** Whether all of it was written before it was built: see scripts/copy-assets.mjs. */
export function isBuilt(): boolean {
  const builtMs = statSync(join(ROOT, 'dist/.tsbuildinfo'), { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
  return SOURCES.every((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.json'))
      .every(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs <= builtMs),
  );
}
