import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the package is installed, with `/` at the end: two folders up in the sources, three in the compiled output. */
export function packageFolder(): string {
  const inDist = import.meta.url.includes('/dist/runtime/cli/');
  return fileURLToPath(new URL(inDist ? '../../../' : '../../', import.meta.url));
}

export function parlanceVersion(): string {
  const { version } = JSON.parse(readFileSync(`${packageFolder()}package.json`, 'utf8')) as {
    readonly version: string;
  };
  return version;
}
