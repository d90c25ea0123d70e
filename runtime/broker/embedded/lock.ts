/**
 * One process per data folder. The lock is the operating system's, on an open file: it goes when the process does,
 * however it dies, so that nothing stale is left to be judged by process ids. (A process id file cannot do that: ids
 * are used again, and differ between containers that share a folder.)
 *
 * Node cannot lock files, but locks belong to the open file, not to the process that asked: on Linux the program
 * `flock` (util-linux, busybox) locks the file that we opened and hand to it, and exits; the lock stays ours. macOS
 * and Windows lock in `open` itself. Where `flock` is not installed, an abstract socket named after the folder is the
 * lock; that one only holds within one network namespace.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, ftruncateSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { BrokerError } from '../errors.ts';

const FILE = 'owner';

/** Flags of `open` that Node does not name: O_EXLOCK | O_NONBLOCK of the BSDs; libuv's UV_FS_O_EXLOCK on Windows. */
const EXCLUSIVE_OPEN: Readonly<Record<string, number>> = { darwin: 0x20 | 0x04, win32: 0x10000000 };

/** `flock` says 1 when another holds the lock. */
const FLOCK_BUSY = 1;

export interface FolderLock {
  release(): Promise<void>;
}

/** Rejects with BrokerError `storage-locked` while another process, or this one, holds the folder. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, FILE);
  const file = openExclusively(path, folder);
  try {
    const server = process.platform === 'linux' ? await lockOnLinux(file, path, folder) : undefined;
    ftruncateSync(file);
    writeSync(file, `${process.pid}\n`, 0);
    return {
      release: async () => {
        closeSync(file);
        if (server) await new Promise((resolve) => server.close(resolve));
      },
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function openExclusively(path: string, folder: string): number {
  const flags = constants.O_RDWR | constants.O_CREAT;
  const exclusive = EXCLUSIVE_OPEN[process.platform] ?? 0;
  try {
    return openSync(path, flags | exclusive, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'EBUSY') throw locked(path, folder);
    throw error;
  }
}

/** Returns the server that is the lock where there is no `flock`. */
async function lockOnLinux(file: number, path: string, folder: string): Promise<Server | undefined> {
  const { error, status, stderr } = spawnSync('flock', ['--exclusive', '--nonblock', '3'], {
    stdio: ['ignore', 'ignore', 'pipe', file],
    encoding: 'utf8',
  });
  if (error) return lockByName(path, folder);
  if (status === FLOCK_BUSY) throw locked(path, folder);
  if (status !== 0) throw new BrokerError('broker-refused', `flock could not lock ${path}: ${stderr.trim()}`);
  return undefined;
}

function lockByName(path: string, folder: string): Promise<Server> {
  const { dev, ino } = statSync(path);
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', () => {
      reject(locked(path, folder));
    });
    server.listen(`\0parlance-folder-${dev}-${ino}`, () => {
      server.unref();
      resolve(server);
    });
  });
}

function locked(path: string, folder: string): BrokerError {
  const owner = readFileSync(path, 'utf8').trim() || 'unknown';
  return new BrokerError(
    'storage-locked',
    `${folder} is in use by another process (id ${owner}): stop it, or choose another data folder`,
  );
}
