import { mkdir, open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SCOPES, type KeyRecord } from './key.ts';
import { KeyError } from './store.ts';

/** How long a writer waits for another one; a write takes milliseconds. */
const LOCK_WAIT_MS = 2000;
const LOCK_RETRY_MS = 20;

/** Read only by its owner: hashes are no keys, but they are nobody else's business. */
const MODE = 0o600;

export interface KeyFile {
  /** Cheap while nothing changes: looks at the file's identity, and reads it again only when that differs. */
  read(): Promise<readonly KeyRecord[]>;
  /** Replaces the file atomically; writers of other processes wait for each other. */
  update(change: (records: readonly KeyRecord[]) => readonly KeyRecord[]): Promise<void>;
}

export function openKeyFile(path: string): KeyFile {
  let cached: { readonly identity: string; readonly records: readonly KeyRecord[] } | undefined;

  async function read(): Promise<readonly KeyRecord[]> {
    try {
      // Every write makes a new file, so inode and time together change with each.
      const { ino, mtimeMs, size } = await stat(path);
      const identity = [ino, mtimeMs, size].join(' ');
      if (cached?.identity !== identity) cached = { identity, records: parse(path, await readFile(path, 'utf8')) };
      return cached.records;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw cause;
    }
  }

  return {
    read,
    async update(change) {
      await mkdir(dirname(path), { recursive: true });
      // The new file under its temporary name is the lock as well: only one process can create it.
      const temporary = `${path}.lock`;
      const file = await acquire(temporary);
      try {
        const records = change(await read());
        await file.writeFile(`${JSON.stringify({ keys: records }, undefined, 2)}\n`);
        await file.sync();
        await rename(temporary, path);
      } catch (cause) {
        await rm(temporary, { force: true });
        throw cause;
      } finally {
        await file.close();
      }
      await syncFolder(dirname(path));
    },
  };
}

async function acquire(temporary: string): Promise<FileHandle> {
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      return await open(temporary, 'wx', MODE);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      if (Date.now() > deadline) {
        throw new KeyError(
          'keys-busy',
          `${temporary} exists: another process is changing keys, or one died doing so; if none is running, delete that file`,
        );
      }
      await pause(LOCK_RETRY_MS);
    }
  }
}

/** The rename itself must outlast a power cut: a revoked key may not come back. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A damaged file refuses everything: it never reads as "no keys", which would open the door. */
function parse(path: string, text: string): readonly KeyRecord[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new KeyError('keys-unreadable', `${path} is no JSON: restore it, or move it away and create new keys`, {
      cause,
    });
  }
  const keys = (value as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || !keys.every(isRecord)) {
    throw new KeyError(
      'keys-unreadable',
      `${path} is no list of keys: restore it, or move it away and create new keys`,
    );
  }
  return keys;
}

function isRecord(value: unknown): value is KeyRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { id, tenant, name, scopes, hash, createdAt, revokedAt } = value as Record<string, unknown>;
  return (
    [id, tenant, name, createdAt].every((field) => typeof field === 'string') &&
    (revokedAt === undefined || typeof revokedAt === 'string') &&
    typeof hash === 'string' &&
    /^[0-9a-f]{64}$/.test(hash) &&
    Array.isArray(scopes) &&
    scopes.every((scope) => SCOPES.some((known) => known === scope))
  );
}
