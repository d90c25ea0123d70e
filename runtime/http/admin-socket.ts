import { join, relative } from 'node:path';
import { ListenError } from './listener.ts';

/** Inside the data folder: whoever may open it may open the folder's files as well, so it asks for no key. */
const SOCKET_NAME = 'admin.sock';

/** sockaddr_un: 108 bytes on Linux, 104 on macOS, one of them for the final zero. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Path of the socket, relative to the working directory where it would otherwise be too long for the system. */
export function adminSocket(dataFolder: string): string {
  const path = join(dataFolder, SOCKET_NAME);
  const shorter = relative(process.cwd(), path);
  const best = Buffer.byteLength(shorter) < Buffer.byteLength(path) ? shorter : path;
  if (Buffer.byteLength(best) > MAX_SOCKET_PATH_BYTES) {
    throw new ListenError(
      'listen-failed',
      `${path} is too long for a socket: choose a dataFolder whose path is shorter, or start from inside it`,
    );
  }
  return best;
}
