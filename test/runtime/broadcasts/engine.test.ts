import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Event } from '../../../channels/event.ts';
import type { ChannelName } from '../../../channels/topics.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { route } from '../../../dsl/step/route.ts';
import { step } from '../../../dsl/step/step.ts';
import type { Broadcasts } from '../../../runtime/broadcasts/broadcasts.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { sendPublications } from '../../../runtime/definitions/publication.ts';
import { PublishedDefinitions, publicationsOf } from '../../../runtime/definitions/published.ts';
import { Engine } from '../../../runtime/engine/engine.ts';
import { until } from '../../connectors/until.ts';
import { PARTITIONS, Scene, TENANT } from './scene.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('a broadcast through router and engine', () => {
  let scene: Scene;
  let broadcasts: Broadcasts;
  let engine: Engine;

  beforeEach(async () => {
    scene = await Scene.open();
    const publications = publicationsOf(scene.machine, new PublishedDefinitions(), 'command');
    await sendPublications(scene.broker, TENANT, publications);
    engine = await Engine.start({
      ...{ broker: scene.broker, tenant: TENANT, partitions: PARTITIONS, clock: systemClock, log: silent, step, route },
      codec: PLAIN_CODEC,
      stateFolder: join(scene.folder.path, 'state'),
      worker: 'test',
      newId: randomUUID,
    });
    broadcasts = await scene.broadcasts();
  });
  afterEach(async () => {
    await broadcasts.stop();
    await engine.close();
    await scene.close();
  });

  const seen = (channel: ChannelName, type: string, count: number): Promise<readonly Event[]> =>
    until(`${count} × ${type}`, async () => {
      const found = (await scene.events({ once: true, channel })).filter((event) => event.type === type);
      return found.length >= count && found;
    });

  it('starts a conversation with everybody in the list, in their language and with their inputs', async () => {
    const people = 'phone,place,locale\n+12125550123,Main St,en\n+12125550124,la plaza,es\n+12125550125,Elm St,\n';
    await broadcasts.request({ definition: 'flu-shot', name: 'season', csv: Buffer.from(people) });
    const texts = (await seen('messaging', 'message.requested', 3)).map(({ data }) => (data as { text: string }).text);
    expect(texts).to.have.members(['Come to Main St.', 'Venga a la plaza.', 'Come to Elm St.']);
    const targets = (await scene.events()).filter(({ type }) => type === 'broadcast.recipient-targeted');
    const started = await seen('conversations', 'conversation.started', 3);
    expect(started.map(({ causationid }) => causationid)).to.have.members(targets.map(({ id }) => id));
    const updated = (await seen('contacts', 'contact.updated', 2)).map(({ data }) => data);
    expect(updated).to.deep.include.members([{ locale: 'en' }, { locale: 'es' }]);
  });

  it('starts nothing any more once the definition is retired, and says so of each', async () => {
    await broadcasts.request({
      ...{ definition: 'flu-shot', name: 'season', perSecond: 0.001 },
      csv: Buffer.from('phone,place\n+12125550123,Main St\n+12125550124,Elm St\n'),
    });
    await seen('conversations', 'conversation.started', 1);
    const retired = await sendPublications(scene.broker, TENANT, [{ kind: 'retire', definition: 'flu-shot' }]);
    if (retired) await engine.machines.reached(retired);
    await broadcasts.request({
      ...{ definition: 'flu-shot', name: 'late' },
      csv: Buffer.from('phone,place\n+12125550125,Main St\n+12125550126,Elm St\n'),
    });
    const skipped = await seen('broadcasts', 'broadcast.recipient-skipped', 2);
    expect(skipped.map(({ data }) => (data as { reason: string }).reason)).to.eql(Array(2).fill('flu-shot is retired'));
    expect(await seen('conversations', 'conversation.started', 1)).to.have.lengthOf(1);
  });
});
