import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileText } from '../../../dsl/compile/compile.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { Projects } from '../../../runtime/project/projects.ts';

const FOLDER = join(import.meta.dirname, '../../../conversations');

/** The machine of a shipped definition, whose folder is named like it. */
export function shipped(name: string): Machine {
  return compiled(join(FOLDER, name, `${name}.yaml`));
}

export function allShipped(): readonly Machine[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => shipped(entry.name));
}

function compiled(file: string): Machine {
  const result = compileText(readFileSync(file, 'utf8'), { file, ...new Projects().around(file) });
  if ('machine' in result) return result.machine;
  throw new Error(
    `${file} does not compile: ${result.diagnostics.map(({ code, line }) => `${code} (${line})`).join()}`,
  );
}
