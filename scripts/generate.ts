/** `npm run generate`: writes every generated file anew. Run it after changing the catalogue. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OUTPUTS } from './generate/outputs.ts';

const root = join(import.meta.dirname, '..');

for (const { path, content } of OUTPUTS) {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), await content());
  console.log(path);
}
