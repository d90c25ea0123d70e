import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ParlanceError } from '../../channels/error.ts';
import { CONNECTIONS_WAITING_MAX, HEADERS_TIMEOUT_MS, REQUEST_TIMEOUT_MS } from './limits.ts';

export type ListenAddress = { readonly host: string; readonly port: number } | { readonly socketPath: string };

export type ListenErrorCode = 'listen-without-keys' | 'port-taken' | 'listen-failed' | 'admin-socket-busy';

export class ListenError extends ParlanceError<ListenErrorCode> {}

/** A Node HTTP server with time-outs, and an end that lets requests under way finish. */
export interface Listener {
  readonly server: Server;
  /** Resolves with the port (0 on a Unix socket). Rejects with ListenError. */
  listen(address: ListenAddress): Promise<number>;
  /** Takes no more connections, waits up to `graceMs` for requests under way, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

export function createListener(handle: RequestListener): Listener {
  const underWay = new Set<ServerResponse>();
  let closing = false;
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      if (closing) response.setHeader('Connection', 'close');
      underWay.add(response);
      response.once('close', () => underWay.delete(response));
      handle(request, response);
    },
  );
  // Upgraded sockets are no longer the server's own: it would neither wait for them nor close them.
  const upgraded = new Set<Duplex>();
  server.on('upgrade', (_request, socket: Duplex) => {
    upgraded.add(socket);
    // Nor would it listen to their errors: one that nobody listens to, such as a reset, would end the process.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      upgraded.delete(socket);
    });
  });
  return {
    server,
    listen: (address) => listen(server, address),
    async close(graceMs) {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      closing = true;
      server.closeIdleConnections();
      // Their connections would otherwise be kept alive, and the end would wait for them.
      for (const response of underWay) if (!response.headersSent) response.setHeader('Connection', 'close');
      const cut = setTimeout(() => {
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      }, graceMs);
      await closed;
      clearTimeout(cut);
      for (const socket of upgraded) socket.destroy();
    },
  };
}

function listen(server: Server, address: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      reject(listenError(address, cause));
    };
    server.once('error', failed);
    const listening = (): void => {
      server.off('error', failed);
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
    };
    if ('socketPath' in address) server.listen(address.socketPath, listening);
    else server.listen({ ...address, backlog: CONNECTIONS_WAITING_MAX }, listening);
  });
}

function listenError(address: ListenAddress, cause: NodeJS.ErrnoException): ListenError {
  if ('socketPath' in address) {
    return new ListenError('listen-failed', `cannot listen on ${address.socketPath}: ${cause.message}`, { cause });
  }
  const where = `${address.host}:${address.port.toString()}`;
  return cause.code === 'EADDRINUSE'
    ? new ListenError('port-taken', `${where} is in use: set http.port to another (0 takes a free one)`, { cause })
    : new ListenError('listen-failed', `cannot listen on ${where}: ${cause.message}`, { cause });
}
