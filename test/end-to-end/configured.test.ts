import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';
import { PlatformProcess } from './platform-process.ts';

const CLOSED = 'com.clinic.closed';

describe('A platform that is configured', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const schemas = join(folder.path, 'schemas');
  let platform: PlatformProcess;

  const start = (): Promise<PlatformProcess> =>
    PlatformProcess.start({
      dataFolder: folder.path,
      environment: {
        PARLANCE_WEBCHAT_ALLOWED_ORIGINS: 'https://chat.example.org',
        PARLANCE_EVENT_SCHEMAS: schemas,
      },
    });

  before(async () => {
    mkdirSync(schemas);
    writeFileSync(join(schemas, `${CLOSED}.yaml`), 'type: object\nrequired: [day]\n');
    platform = await start();
  });

  after(async () => {
    await (platform as PlatformProcess | undefined)?.stop();
    folder.remove();
  });

  it('serves the chat to pages of the origins allowed, and to no others', async () => {
    const session = async (origin: string): Promise<number> =>
      (await fetch(`${platform.url}/chat/session`, { method: 'POST', headers: { origin } })).status;
    expect(await session('https://chat.example.org')).to.equal(200);
    expect(await session('https://chat.example.com')).to.equal(403);
    expect(await session(platform.url)).to.equal(200);
  });

  it('refuses a batch of which one event does not fit its schema, and stores nothing of it', async () => {
    const event = (id: string, data: unknown): object => ({ specversion: '1.0', id, source: '/x', type: CLOSED, data });
    const send = (events: readonly object[]): Promise<Response> =>
      fetch(`${platform.url}/v1/tenants/demo/channels/external/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: JSON.stringify(events),
      });
    const refused = await send([event('e1', { day: 1 }), event('e2', {})]);
    expect(refused.status).to.equal(422);
    expect(await refused.json()).to.have.nested.property('errors[0].field', '[1].data.day');
    expect((await send([event('e3', { day: 1 })])).status).to.equal(202);
    const rows = await platform.eventually<{ id: string }>(
      `SELECT id FROM events WHERE type = '${CLOSED}'`,
      (found) => found.length > 0,
    );
    expect(rows).to.deep.equal([{ id: 'e3' }]);
  });

  it('does not start with a wrong schema, and says where it is wrong', async () => {
    await platform.stop();
    writeFileSync(join(schemas, `${CLOSED}.yaml`), 'type: object\nproperties:\n  day: { type: weekday }\n');
    const message = await start().then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    expect(message).to.match(/com\.clinic\.closed\.yaml:3:16: expected one of array, boolean/);
    expect(message).to.not.match(/^\s+at \S*(runtime|dsl|channels)/m);
  });
});
