import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FOLDER = join(tmpdir(), `parlance-simulation-${process.getuid?.() ?? 0}`);

const SELF = 'rewrite.ts';

let rewriter: Promise<string> | undefined;

/** What `make` gave for this text before, also in another process; else what it gives now. */
export async function kept<Value>(text: string, make: () => Promise<Value>): Promise<Value> {
  rewriter ??= readFile(join(import.meta.dirname, SELF), 'utf8');
  const name = createHash('sha256')
    .update(`${await rewriter}\n${text}`)
    .digest('hex');
  const path = join(FOLDER, `${name}.json`);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Value;
  } catch {
    const value = await make();
    await mkdir(FOLDER, { recursive: true, mode: 0o700 });
    // Whole or not there: several processes may be at it.
    await writeFile(`${path}.${process.pid}`, JSON.stringify(value), { mode: 0o600 });
    await rename(`${path}.${process.pid}`, path);
    return value;
  }
}
