import { expect } from 'chai';
import { encodeEvent } from '../../../channels/encode.ts';
import { channelTopic } from '../../../channels/topics.ts';
import { marked } from '../../../runtime/cli/replay/output.ts';
import { topicOutput } from '../../../runtime/cli/replay/topic-output.ts';
import type { Connectors } from '../../../runtime/connectors/host.ts';
import { Scene, TENANT } from '../scene.ts';
import { until } from '../until.ts';
import { oneCarrier } from './one-carrier.ts';

describe('A replay in front of a connector host', () => {
  let scene: Scene;
  let connectors: Connectors;
  const taken: string[] = [];

  beforeEach(async () => {
    scene = new Scene();
    await scene.open();
    connectors = scene.connectors({ sms: oneCarrier(({ data }) => void taken.push(data.text)) });
    await connectors.start();
  });

  afterEach(async () => {
    await connectors.stop();
    await scene.remove();
  });

  it('sends no message out twice, not even where it reaches the live channel', async () => {
    const request = await scene.request('tel:+12125550101', 'recorded', { connector: 'sms' });
    await until('the delivery', () => taken.length === 1);
    // What the command refuses; and under another source, so that the host cannot tell it by its sequence.
    const target = { kind: 'topic', topic: channelTopic(TENANT, 'messaging') } as const;
    const output = await topicOutput(scene.broker, { tenant: TENANT, replay: 'r-1', target }, undefined);
    const stranger = { ...request, source: '/engine/another' };
    await output.write([request, stranger]);
    await output.close();
    // Where the property was lost on the way, the body still tells.
    await scene.raw(request.partitionkey ?? '', encodeEvent(marked({ ...stranger, source: '/engine/third' }, 'r-1')));
    await scene.request('tel:+12125550101', 'new', { connector: 'sms' });
    await until('the new delivery', () => taken.includes('new'));
    await until('the acknowledgements', async () => (await scene.backlog('connector-sms')) === 0);
    expect(taken).to.deep.equal(['recorded', 'new']);
    expect(await scene.seen('message.sent', 2)).to.have.length(2);
  });
});
