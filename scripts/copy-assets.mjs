/** The end of a build: what tsc does not bring to dist, files that are served as they are; and when it was. */
import { cpSync, utimesSync } from 'node:fs';

const FOLDERS = ['connectors/webchat/page'];

for (const folder of FOLDERS) {
  cpSync(new URL(`../${folder}`, import.meta.url), new URL(`../dist/${folder}`, import.meta.url), { recursive: true });
}

// tsc writes nothing where a source has another time and the same text.
const now = new Date();
utimesSync(new URL('../dist/.tsbuildinfo', import.meta.url), now, now);
