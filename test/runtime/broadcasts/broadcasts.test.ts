import { expect } from 'chai';
import type { Event } from '../../../channels/event.ts';
import type { BroadcastSummary, Broadcasts } from '../../../runtime/broadcasts/broadcasts.ts';
import { BroadcastError } from '../../../runtime/broadcasts/errors.ts';
import { BrokerError } from '../../../runtime/broker/errors.ts';
import type { Broker, Producer } from '../../../runtime/broker/port.ts';
import { sendEach } from '../../../runtime/broker/remote/send-each.ts';
import { until } from '../../connectors/until.ts';
import { csv, peopleOf, Scene } from './scene.ts';

const definition = 'flu-shot';

describe('broadcasts', () => {
  let scene: Scene;
  let broadcasts: Broadcasts;

  beforeEach(async () => {
    scene = await Scene.open();
    broadcasts = await scene.broadcasts();
  });
  afterEach(async () => {
    await broadcasts.stop();
    await scene.close();
  });

  function ended(name: string): Promise<BroadcastSummary> {
    return until(`the end of ${name}`, () => {
      const broadcast = broadcasts.get(name);
      return broadcast.endedAt !== undefined && broadcast;
    });
  }

  async function typesOf(name: string): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {};
    for (const { type, data } of await scene.events()) {
      if ((data as { broadcast: string }).broadcast === name) counts[type] = (counts[type] ?? 0) + 1;
    }
    return counts;
  }

  it('target everybody once, keyed by the contact, and state how they went', async () => {
    const { broadcast, report } = await broadcasts.request({
      ...{ definition, name: 'flu-season', audience: 'over-65', perSecond: 5_000 },
      csv: Buffer.concat([csv(25), Buffer.from('0123,a\n+12125551000,again\n+12125559999,\n')]),
    });
    expect(broadcast).to.deep.include({ name: 'flu-season', state: 'running', recipients: 25, skipped: 3 });
    expect(report.lines.map(({ line }) => line)).to.deep.equal([27, 28, 29]);
    await ended('flu-season');
    await until('its completion on the channel', async () => (await typesOf('flu-season'))['broadcast.completed']);
    expect(await typesOf('flu-season')).to.deep.equal({
      'broadcast.requested': 1,
      'broadcast.started': 1,
      'broadcast.recipient-targeted': 25,
      'broadcast.recipient-skipped': 1,
      'broadcast.completed': 1,
    });
    const events = await scene.events();
    const target = events.find(({ type }) => type === 'broadcast.recipient-targeted');
    expect(target?.partitionkey).to.equal(target?.subject).and.to.match(/^c-/);
    expect(target?.data).to.deep.include({ definition, machine: scene.machine.hash, connector: 'sms' });
    expect(dataOf(events, 'broadcast.completed')).to.deep.equal({ broadcast: 'flu-season', targeted: 25, skipped: 3 });
  });

  it('go on after a restart where they were, nobody twice', async () => {
    await broadcasts.request({ definition, name: 'long', csv: csv(60), perSecond: 200 });
    await until('a few to be targeted', () => broadcasts.get('long').position >= 5);
    await broadcasts.stop();
    broadcasts = await scene.broadcasts();
    await ended('long');
    expect(peopleOf(await scene.events())).to.have.lengthOf(60);
  });

  it('bear a broker that fails anywhere: consumers get everybody, once', async () => {
    await broadcasts.stop();
    let sends = 0;
    broadcasts = await scene.broadcasts((broker) => failing(broker, () => ++sends % 29 === 0));
    await broadcasts.request({ definition, name: 'shaky', csv: csv(80), perSecond: 100 });
    await ended('shaky');
    const expected = peopleOf(await scene.events({ once: true }));
    expect(expected).to.have.lengthOf(80);
    expect(new Set(expected).size).to.equal(80);
    expect(sends, 'sends, repetitions included').to.be.greaterThan(80);
  });

  it('pause, stay paused over a restart, resume, and can be cancelled', async () => {
    await broadcasts.request({ definition, name: 'careful', csv: csv(1000), perSecond: 50 });
    await until('the first to be targeted', () => broadcasts.get('careful').position > 0);
    await broadcasts.pause('careful', 'too many complaints');
    await broadcasts.pause('careful', 'twice is once');
    await until('the pause on the channel', async () => (await typesOf('careful'))['broadcast.paused']);
    await broadcasts.stop();
    broadcasts = await scene.broadcasts();
    const { position, state } = broadcasts.get('careful');
    expect(state).to.equal('paused');
    await broadcasts.resume('careful');
    await until('it to go on', () => broadcasts.get('careful').position > position);
    await broadcasts.cancel('careful', 'enough');
    await until('the end on the channel', async () => (await typesOf('careful'))['broadcast.cancelled']);
    const types = await typesOf('careful');
    expect(types).to.include({ 'broadcast.paused': 1, 'broadcast.resumed': 1, 'broadcast.cancelled': 1 });
    expect(types['broadcast.recipient-targeted']).to.be.lessThan(1000);
    expect(await codeOf(broadcasts.resume('careful'))).to.equal('broadcast-ended');
  });

  it('keep their pace', async () => {
    await broadcasts.request({ definition, name: 'slow', csv: csv(500), perSecond: 0.001 });
    await until('the first to be targeted', () => broadcasts.get('slow').position > 0);
    expect(broadcasts.get('slow').position).to.equal(1);
  });

  it('report without sending, where only checked', async () => {
    const report = await broadcasts.check({ definition, csv: Buffer.from('phone,place,x\n+12125550123,a,b\n1,a,b\n') });
    expect(report).to.deep.equal({
      recipients: 1,
      skipped: 1,
      lines: [
        { line: 3, reason: '"1" is no valid phone number: write it with + and the country code, or name the country' },
      ],
      ignoredColumns: ['x'],
    });
    expect(broadcasts.list()).to.deep.equal([]);
  });

  it('are refused with a reason', async () => {
    const request = { definition, name: 'a', csv: csv(1) };
    await broadcasts.request(request);
    expect(await codeOf(broadcasts.request(request))).to.equal('broadcast-exists');
    expect(await codeOf(broadcasts.request({ ...request, name: 'a b' }))).to.equal('broadcast-name-invalid');
    expect(await codeOf(broadcasts.request({ definition: 'none', csv: csv(1) }))).to.equal(
      'broadcast-definition-unknown',
    );
    expect(await codeOf(broadcasts.request({ definition, csv: csv(0) }))).to.equal('audience-empty');
    expect(await codeOf(broadcasts.pause('none', 'x'))).to.equal('broadcast-unknown');
  });
});

function dataOf(events: readonly Event[], type: string): unknown {
  return events.find((event) => event.type === type)?.data;
}

async function codeOf(outcome: Promise<unknown>): Promise<string> {
  try {
    await outcome;
  } catch (error) {
    if (error instanceof BroadcastError) return error.code;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Sends fail now and then, after they are stored or before; the producer is over then, as the port says. */
function failing(broker: Broker, fails: () => boolean): Broker {
  let stored = false;
  return {
    ...broker,
    admin: broker.admin,
    createProducer: async (options) => {
      const producer = await broker.createProducer(options);
      let broken = false;
      const send: Producer['send'] = async (message) => {
        const failure = new BrokerError('broker-disconnected', 'the connection was lost');
        if (broken) throw failure;
        if (!fails()) return producer.send(message);
        broken = true;
        stored = !stored;
        if (stored) await producer.send(message);
        throw failure;
      };
      const sendAll: Producer['sendAll'] = (messages) => sendEach({ send }, messages);
      return { topic: producer.topic, name: producer.name, send, sendAll, close: () => producer.close() };
    },
    subscribe: (options) => broker.subscribe(options),
    createReader: (options) => broker.createReader(options),
    close: () => broker.close(),
  };
}
