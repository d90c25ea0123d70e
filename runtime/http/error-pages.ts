import { readFileSync } from 'node:fs';
import type { Context } from 'koa';
import { HttpError } from './problem.ts';

/** From the sources, and from dist/, where docs/ stands one folder further up. */
const LOCATIONS = ['../../docs/errors.md', '../../../docs/errors.md'];

/** GET /errors/{code}: what a problem document's `type` leads to, the code's section of docs/errors.md. */
export function getErrorPage(context: Context, code: string | undefined): void {
  const section = code === undefined ? undefined : sectionOf(errorsPage(), code);
  if (section === undefined) throw new HttpError('route-unknown', `no error has the code "${code ?? ''}"`);
  context.type = 'text/markdown; charset=utf-8';
  context.body = section;
}

/** `## code` and what follows it, up to the next heading of that level or above. */
export function sectionOf(page: string, code: string): string | undefined {
  const lines = page.split('\n');
  const start = lines.indexOf(`## ${code}`);
  if (start < 0) return undefined;
  const length = lines.slice(start + 1).findIndex((line) => /^##? /.test(line));
  return `${lines
    .slice(start, length < 0 ? undefined : start + 1 + length)
    .join('\n')
    .trimEnd()}\n`;
}

function errorsPage(): string {
  for (const location of LOCATIONS) {
    try {
      return readFileSync(new URL(location, import.meta.url), 'utf8');
    } catch {
      // Not here: the next location, or a package without its documentation.
    }
  }
  return '';
}
