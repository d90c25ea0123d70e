import { expect } from 'chai';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';
import { PlatformProcess } from './platform-process.ts';

const FROM = '+12125550123';

describe('A conversation that asks a customer’s own system', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const asked: { readonly url: string | undefined; readonly authorization: string | undefined }[] = [];
  const shop = createServer((request: IncomingMessage, response) => {
    asked.push({ url: request.url, authorization: request.headers.authorization });
    if (request.url === '/orders/47') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'packed', things: 3, internal: 'not returned' }));
      return;
    }
    response.statusCode = 404;
    response.end('{}');
  });
  let platform: PlatformProcess;

  before(async () => {
    shop.listen(0, '127.0.0.1');
    await once(shop, 'listening');
    const { port } = shop.address() as AddressInfo;
    const definitions = join(folder.path, 'definitions');
    mkdirSync(definitions);
    writeFileSync(
      join(definitions, 'order.yaml'),
      `
conversation: order
start:
  - match: order
data:
  order:
    inputs: { number: text }
    get: "http://127.0.0.1:${port}/orders/\${inputs.number}"
    headers: { authorization: "Bearer \${secrets.shop}" }
    returns: { status: text, things: integer }
steps:
  - step: ask
    ask: Which number?
    within: 1h
    silence: [{ end: silent }]
  - fetch: order
    with: { number: "\${reply.text}" }
    failed:
      say: "There is no such order (\${failure.code}, \${has(failure.status) ? failure.status : 0})."
      goto: ask
  - say: "\${data.order.things} things, \${data.order.status}."
    end: told
`,
    );
    platform = await PlatformProcess.start({
      dataFolder: folder.path,
      environment: {
        PARLANCE_CONVERSATIONS: definitions,
        PARLANCE_FETCH_ALLOWED_NETWORKS: '127.0.0.0/8',
        PARLANCE_RECORDING_CONNECTORS: 'sms',
        PARLANCE_SECRET_DEMO__SHOP: 's3cret',
      },
    });
  });

  after(async () => {
    await (platform as PlatformProcess | undefined)?.stop();
    shop.close();
    folder.remove();
  });

  const write = async (text: string): Promise<void> => {
    const response = await fetch(`${platform.url}/v1/tenants/demo/sms/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: FROM, text }),
    });
    expect(response.status, await response.text()).to.be.within(200, 202);
  };
  const texts = async (count: number): Promise<readonly string[]> => {
    const rows = await platform.eventually<{ text: string }>(
      `SELECT JSONExtractString(data, 'text') AS text FROM events WHERE type = 'message.requested' ORDER BY sequence, time`,
      (found) => found.length >= count,
    );
    return rows.map(({ text }) => text);
  };

  it('is answered, fails where the system does, and goes on', async () => {
    await write('order');
    await texts(1);
    await write('no/such');
    expect(await texts(3)).to.include('There is no such order (data-refused, 404).');
    await write('47');
    expect(await texts(4)).to.include('3 things, packed.');
    expect(asked).to.deep.equal([
      { url: '/orders/no%2Fsuch', authorization: 'Bearer s3cret' },
      { url: '/orders/47', authorization: 'Bearer s3cret' },
    ]);
  });

  it('leaves what it asked in the store, and no secret', async () => {
    const rows = await platform.query<{ data: string }>(
      `SELECT data FROM events WHERE type LIKE 'data.%' ORDER BY time`,
    );
    expect(rows).to.have.length(4);
    expect(JSON.stringify(rows)).to.include('secret').and.to.not.include('s3cret');
  });
});
