/**
 * `npm run release:events`: at a release, stores the catalogue's schemas as what has been promised. Refuses a catalogue
 * that breaks the promise of the release before: give a type that changes so a new name, and convert the old one's events.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { incompatibilities, presentRelease, RELEASE_PATH, type Release } from './generate/compatibility.ts';

const path = join(import.meta.dirname, '..', RELEASE_PATH);
const earlier = await readFile(path, 'utf8').then(
  (text) => JSON.parse(text) as Release,
  (): Release => ({}),
);
const later = presentRelease();
const broken = incompatibilities(earlier, later);
if (broken.length > 0) {
  console.error(`Not stored: the catalogue breaks what was released.\n  ${broken.join('\n  ')}`);
  process.exitCode = 1;
} else {
  await writeFile(path, `${JSON.stringify(later, undefined, 2)}\n`);
  console.log(`${RELEASE_PATH}: ${Object.keys(later).length} types`);
}
