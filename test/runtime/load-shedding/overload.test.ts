import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { route } from '../../../dsl/step/route.ts';
import { step } from '../../../dsl/step/step.ts';
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { Engine } from '../../../runtime/engine/engine.ts';
import { createPublisher, type Publisher } from '../../../runtime/events/publisher.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { LoadShedder } from '../../../runtime/load-shedding/load-shedder.ts';
import { messagesWaiting } from '../../../runtime/load-shedding/waiting.ts';
import { until } from '../../connectors/until.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { ACME, EVENTS, openEdge, type Answer, type Edge } from '../http/edge.ts';

const PARTITIONS = 2;
const LIMIT = 900;
const BATCH = 250;
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

describe('an edge whose engine is behind', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  let broker: EmbeddedBroker;
  let publisher: Publisher;
  let loadShedder: LoadShedder;
  let edge: Edge;
  let engine: Engine | undefined;
  let posted = 0;

  before(async () => {
    broker = await createEmbeddedBroker({ folder: join(folder.path, 'broker') });
    await createTenant(broker.admin, ACME, PARTITIONS);
    publisher = createPublisher(broker, ACME, PARTITIONS, {
      ...{ source: '/platform', now: () => Date.now(), newId: randomUUID },
    });
    const waiting = () => messagesWaiting(broker.admin, ACME);
    loadShedder = new LoadShedder({ waiting, waitingMax: LIMIT, clock: systemClock, log: QUIET });
    const publishExternal = async (_: unknown, events: readonly Parameters<Publisher['publish']>[1][]) => {
      await Promise.all(events.map((event) => publisher.publish('external', event)));
    };
    edge = await openEdge({ loadShedder, publisher: { publishExternal } });
  });
  after(async () => {
    await edge.close();
    loadShedder.close();
    await engine?.close();
    await publisher.close();
    await broker.close();
    folder.remove();
  });

  /** A batch of events of a type that no definition uses. */
  const post = (): Promise<Answer> => {
    const events = Array.from({ length: BATCH }, () => {
      posted += 1;
      return { specversion: '1.0', id: `e-${posted}`, source: '/shop', type: 'com.shop.unused', data: {} };
    });
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    return edge.send(EVENTS, { method: 'POST', headers, body: JSON.stringify(events) });
  };

  it('takes events until too many wait, and then none', async () => {
    const refused = await until('a refusal', async () => {
      const answer = await post();
      return answer.status !== 202 && answer;
    });
    expect([refused.status, refused.problem().code]).to.eql([503, 'tenant-behind']);
    expect(refused.headers['retry-after']).to.equal('2');
    expect(await messagesWaiting(broker.admin, ACME)).to.be.greaterThan(LIMIT);
  });

  it('takes them again once the engine has caught up, also where no definition uses them', async () => {
    engine = await Engine.start({
      ...{ broker, tenant: ACME, partitions: PARTITIONS, codec: PLAIN_CODEC, clock: systemClock, log: QUIET },
      ...{ step, route, stateFolder: join(folder.path, 'state'), worker: 'test', newId: randomUUID },
    });
    await until('an event to be taken', async () => (await post()).status === 202);
  });

  it('never refuses a tenant for events that no definition uses, however many there have been', async () => {
    for (let round = 0; round < 2; round++) {
      await until('the count to be low', async () => (await messagesWaiting(broker.admin, ACME)) < LIMIT - 2 * BATCH);
      expect([(await post()).status, (await post()).status]).to.eql([202, 202]);
    }
  });
});
