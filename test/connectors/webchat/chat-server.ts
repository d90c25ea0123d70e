/** Web chat on a scene behind a small HTTP server that keeps its port over restarts. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createWebchatConnector, type WebchatOptions } from '../../../connectors/webchat/connector.ts';
import type { Connectors } from '../../../runtime/connectors/host.ts';
import { Scene } from '../scene.ts';

export class ChatServer {
  readonly scene: Scene = new Scene();
  readonly #options: WebchatOptions;
  readonly #sockets = new Set<Socket>();
  #connectors: Connectors | undefined;
  #server: Server | undefined;
  port = 0;

  constructor(options: WebchatOptions = {}) {
    this.#options = options;
  }

  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  async start(): Promise<void> {
    await this.scene.open();
    this.#connectors = this.scene.connectors({ webchat: (host) => createWebchatConnector(host, this.#options) });
    await this.#connectors.start();
    this.#server = serve(this.#connectors);
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    const { port } = await listen(this.#server, this.port);
    this.port = port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    const closed = new Promise((resolve) => {
      if (server?.listening) server.close(resolve);
      else resolve(undefined);
    });
    await this.#connectors?.stop();
    this.dropConnections();
    await closed;
    await this.scene.close();
  }

  /** As when the network between goes away: nobody says goodbye. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async remove(): Promise<void> {
    await this.stop();
    await this.scene.remove();
  }
}

function serve({ routes, upgrades }: Connectors): Server {
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const route = routes.find(({ method, path }) => method === request.method && path === url.pathname);
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = request.headers as Record<string, string | undefined>;
      const answer = await route?.handle({
        ...{ headers, query: url.searchParams, parameters: {} },
        body: Buffer.concat(chunks),
      });
      response.writeHead(answer?.status ?? 404, answer?.headers ?? {}).end(answer?.body ?? 'nothing here');
    })();
  });
  server.on('upgrade', (request, socket, head) => {
    const upgrade = upgrades.find(({ path }) => path === request.url);
    if (upgrade) upgrade.handle(request, socket, head);
    else socket.destroy();
  });
  return server;
}

function listen(server: Server, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(server.address() as AddressInfo);
    });
  });
}
