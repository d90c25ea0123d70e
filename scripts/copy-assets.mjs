/** What tsc does not bring to dist: files that are served as they are. */
import { cpSync } from 'node:fs';

const FOLDERS = ['connectors/webchat/page'];

for (const folder of FOLDERS) {
  cpSync(new URL(`../${folder}`, import.meta.url), new URL(`../dist/${folder}`, import.meta.url), { recursive: true });
}
