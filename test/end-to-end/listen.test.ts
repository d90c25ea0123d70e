import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.ts';
import { PlatformProcess } from './platform-process.ts';

const ORDERS = ['a', 'b', 'c', 'd', 'e', 'f'];

const DEFINITION = `
conversation: shipping
start:
  - event: com.shop.order.placed
    contact: event.data.customer
    inputs: { order: "\${event.data.order}" }
inputs: { order: text }
steps:
  - listen:
      any:
        - event: com.shop.order.shipped
          key: event.data.order
          equals: inputs.order
          say: "\${inputs.order} comes with \${event.data.carrier}."
    within: 2d
    silence: [{ end: never-shipped }]
anytime:
  - event: com.shop.order.cancelled
    key: event.data.order
    equals: inputs.order
    say: "\${inputs.order} is cancelled."
    end: cancelled
`;

describe('Conversations that wait for events of the customer’s own', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let platform: PlatformProcess;

  const start = (): Promise<PlatformProcess> =>
    PlatformProcess.start({
      dataFolder: folder.path,
      environment: {
        PARLANCE_CONVERSATIONS: join(folder.path, 'definitions'),
        PARLANCE_RECORDING_CONNECTORS: 'sms',
      },
    });

  before(async () => {
    mkdirSync(join(folder.path, 'definitions'));
    writeFileSync(join(folder.path, 'definitions', 'shipping.yaml'), DEFINITION);
    platform = await start();
  });

  after(async () => {
    await (platform as PlatformProcess | undefined)?.stop();
    folder.remove();
  });

  /** On whatever partition: contact, order and event are each their own key. */
  const about = (what: string, order: string, data: object = {}): Promise<void> =>
    platform.event(`com.shop.order.${what}`, `${what}-${order}`, { order, ...data });
  const place = (order: string): Promise<void> =>
    about('placed', order, { customer: `+1212555${(1000 + ORDERS.indexOf(order)).toString()}` });
  const count = (type: string, least: number) =>
    platform.eventually<{ causation: string; text: string; outcome: string }>(
      `SELECT causation, JSONExtractString(data, 'text') AS text, JSONExtractString(data, 'outcome') AS outcome FROM events WHERE type = '${type}' ORDER BY text, outcome`,
      (rows) => rows.length >= least,
    );

  it('take those of their order, also after the platform was killed in between', async () => {
    for (const order of ORDERS) await place(order);
    await count('conversation.waiting', ORDERS.length);
    await platform.kill();
    platform = await start();
    await about('shipped', 'a', { carrier: 'DHL' });
    await about('cancelled', 'b');
    await about('shipped', 'c', { carrier: 'UPS' });
    const said = await count('message.requested', 3);
    expect(said.map(({ text }) => text)).to.deep.equal(['a comes with DHL.', 'b is cancelled.', 'c comes with UPS.']);
    expect(said.map(({ causation }) => causation)).to.deep.equal(['shipped-a', 'cancelled-b', 'shipped-c']);
    const ended = await count('conversation.completed', 3);
    expect(ended.map(({ outcome }) => outcome)).to.deep.equal(['cancelled', 'completed', 'completed']);
  });

  it('take one that came before they began, also after the platform was killed in between', async () => {
    await about('shipped', 'x', { carrier: 'DHL' });
    await platform.settled();
    await platform.kill();
    platform = await start();
    await about('placed', 'x', { customer: '+12125559999' });
    const said = await count('message.requested', 4);
    expect(said.map(({ text }) => text)).to.include('x comes with DHL.');
  });

  it('take an event once, however often it is sent', async () => {
    await about('shipped', 'a', { carrier: 'DHL' });
    await about('shipped', 'd', { carrier: 'GLS' });
    await about('shipped', 'd', { carrier: 'GLS' });
    const said = await count('message.requested', 5);
    expect(said.filter(({ text }) => text.startsWith('d '))).to.have.length(1);
    expect(said.filter(({ text }) => text.startsWith('a '))).to.have.length(1);
  });
});
