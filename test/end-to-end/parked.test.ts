import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { TenantName } from '../../channels/brands.ts';
import { createEmbeddedBroker } from '../../runtime/broker/embedded/broker.ts';
import type { ConversationList } from '../../runtime/conversations/conversations.ts';
import { sendPublications } from '../../runtime/definitions/publication.ts';
import { createTenant } from '../../runtime/events/tenant.ts';
import { machineOf } from '../dsl/given-when-then.ts';
import { withBrokenReply } from '../dsl/step/broken-machine.ts';
import { PARLANCE } from '../parlance.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { PlatformProcess } from './platform-process.ts';

const survey = machineOf(`
conversation: survey
start: [{ match: survey }]
steps:
  - ask: Good or bad?
    within: 1h
    replies:
      - match: good
        end: good
      - match: bad
        end: bad
      - otherwise: { say: { text: Good or bad? }, again: 5, exhausted: { end: unclear } }
    silence: [{ end: silent }]
`);

const run = promisify(execFile);

describe('A conversation that its platform can not process', function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  let platform: PlatformProcess;

  async function publishBroken(): Promise<void> {
    const machine = withBrokenReply(survey);
    const broker = await createEmbeddedBroker({ folder: join(data, 'broker') });
    const demo = 'demo' as TenantName;
    await createTenant(broker.admin, demo, 2);
    await sendPublications(broker, demo, [
      { kind: 'version', machine },
      { kind: 'activate', hash: machine.hash, by: 'command' },
    ]);
    await broker.close();
  }

  const start = (): Promise<PlatformProcess> =>
    PlatformProcess.start({
      dataFolder: folder.path,
      environment: {
        PARLANCE_CONVERSATIONS: join(folder.path, 'definitions'),
        PARLANCE_RECORDING_CONNECTORS: 'sms',
      },
    });

  async function write(from: string, text: string): Promise<void> {
    const response = await fetch(`${platform.url}/v1/tenants/demo/sms/messages`, {
      method: 'POST',
      body: JSON.stringify({ from, text }),
    });
    expect(response.status, await response.text()).to.equal(202);
  }

  async function parlance(...words: string[]): Promise<string> {
    return (await run(process.execPath, [...PARLANCE, ...words, '--data', data])).stdout;
  }

  const said = (least: number) =>
    platform.eventually<{ contact: string; text: string }>(
      "SELECT contact, JSONExtractString(data, 'text') AS text FROM events WHERE type = 'message.requested' ORDER BY time, sequence",
      (rows) => rows.length >= least,
    );

  before(async () => {
    mkdirSync(join(folder.path, 'definitions'));
    mkdirSync(data);
    await publishBroken();
    platform = await start();
  });

  after(async () => {
    await (platform as PlatformProcess | undefined)?.stop();
    folder.remove();
  });

  it('is parked alone, listed with the cause, and goes on with what was kept, without what stopped it', async () => {
    const [ana, ben] = ['+12125550101', '+12125550102'];
    for (const person of [ana, ben]) await write(person, 'survey');
    await said(2);
    await write(ana, 'bad');
    await write(ana, 'it rained');
    await write(ben, 'good');
    await platform.eventually(
      "SELECT type FROM events WHERE type IN ('conversation.parked', 'conversation.completed')",
      (rows) => rows.length >= 2,
    );
    const { conversations } = JSON.parse(
      await parlance('conversations', 'list', '--parked', '--json'),
    ) as ConversationList;
    expect(conversations.map(({ definition, parked }) => [definition, parked?.code])).to.eql([
      ['survey', 'input-failed'],
    ]);
    const { conversation = '' } = conversations[0] ?? {};
    expect(await parlance('conversations', 'show', conversation)).to.match(/Parked at .*has no node 999/);

    await platform.kill();
    platform = await start();
    await fetch(`${platform.url}/v1/tenants/demo/conversations/${conversation}/resume`, { method: 'POST' });
    await platform.eventually("SELECT id FROM events WHERE type = 'conversation.parked'", (rows) => rows.length === 2);
    expect(await parlance('conversations', 'resume', conversation, '--skip')).to.match(/is to go on/);
    expect((await said(3)).slice(2).map(({ text }) => text)).to.eql(['Good or bad?']);
    await write(ana, 'good');
    const [ended] = await platform.eventually<{ outcome: string }>(
      `SELECT outcome FROM conversations WHERE conversation = '${conversation}' AND ended IS NOT NULL`,
      (rows) => rows.length === 1,
    );
    expect(ended?.outcome).to.equal('good');
    const refused = await parlance('conversations', 'cancel', conversation).catch((error: unknown) => error);
    expect(refused).to.deep.include({ code: 1 });
  });
});
