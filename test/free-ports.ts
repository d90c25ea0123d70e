import { createServer, type AddressInfo, type Server } from 'node:net';

/** Of this machine, one a name, for servers that cannot be told to take any. */
export async function freePorts<Name extends string>(...names: readonly Name[]): Promise<Record<Name, number>> {
  // All held at once before any is let go: asked for one by one, the system may hand out the same port twice.
  const held = await Promise.all(names.map(async (name) => [name, await listening()] as const));
  const ports = held.map(([name, server]) => [name, (server.address() as AddressInfo).port] as const);
  await Promise.all(held.map(([, server]) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(ports) as Record<Name, number>;
}

function listening(): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    });
  });
}
