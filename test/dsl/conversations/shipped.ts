import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../../../dsl/machine.ts';
import { machineOf } from '../given-when-then.ts';

const FOLDER = join(import.meta.dirname, '../../../conversations');

/** The machine of a shipped definition. */
export function shipped(name: string): Machine {
  const file = join(FOLDER, name, `${name}.yaml`);
  return machineOf(readFileSync(file, 'utf8'), file);
}

export function allShipped(): readonly Machine[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => shipped(entry.name));
}
