import { expect } from 'chai';
import type { Address, EventId } from '../../../channels/brands.ts';
import { contactKeyOf } from '../../../channels/contact-key.ts';
import { encodeEvent } from '../../../channels/encode.ts';
import { formatSequence } from '../../../channels/event.ts';
import { partitionOf } from '../../../channels/partition.ts';
import type { ConnectorHost } from '../../../connectors/port.ts';
import { BrokerError } from '../../../runtime/broker/errors.ts';
import type { Broker, Consumer, ConsumerOptions } from '../../../runtime/broker/port.ts';
import { systemClock } from '../../../runtime/clock.ts';
import type { ConnectorFactory, Connectors } from '../../../runtime/connectors/host.ts';
import { MAX_ATTEMPTS } from '../../../runtime/connectors/limits.ts';
import { REDRIVEN_FOR } from '../../../runtime/events/redriven.ts';
import { TenantBehindError } from '../../../runtime/load-shedding/load-shedder.ts';
import { dataOf, PARTITIONS, Scene, TENANT, type SceneOptions } from '../scene.ts';
import { until } from '../until.ts';
import { oneCarrier } from './one-carrier.ts';

const ANA = 'tel:+12125550101';
const BEN = 'tel:+12125550102';

/** A carrier under the test's thumb: `refuse` says whom it does not take messages for. */
class Carrier {
  readonly taken: string[] = [];
  attempts = 0;
  refuse: (to: string) => boolean = () => false;
  /** Deliveries wait for it. */
  gate: Promise<void> = Promise.resolve();

  factory(): ConnectorFactory {
    return oneCarrier(async ({ data }) => {
      this.attempts++;
      await this.gate;
      if (this.refuse(data.to)) throw new Error('the carrier is down');
      this.taken.push(data.text);
    });
  }
}

/** Breaks every consumer's connection at once: what is under way on it fails as a lost connection does. */
class BreakableLines {
  readonly #consumers: Consumer[] = [];

  through(broker: Broker): Broker {
    const subscribe = async (options: ConsumerOptions): Promise<Consumer> => {
      const consumer = await broker.subscribe(options);
      this.#consumers.push(consumer);
      return consumer;
    };
    return new Proxy(broker, {
      get: (target, name) => (name === 'subscribe' ? subscribe : (Reflect.get(target, name) as unknown)),
    });
  }

  async break(): Promise<void> {
    await Promise.all(this.#consumers.splice(0).map((consumer) => consumer.close()));
  }
}

/** Consumers that the test lets be opened late, or not at all; until `release`. */
class SlowLines {
  refuses: (topic: string) => boolean = () => false;
  refused = 0;
  /** What is being opened, or was. */
  readonly opening: Promise<Consumer>[] = [];
  #held: Promise<void> | undefined;
  #release: () => void = () => undefined;

  hold(): void {
    this.#held = new Promise((resolve) => (this.#release = resolve));
  }

  release(): void {
    this.refuses = () => false;
    this.#held = undefined;
    this.#release();
  }

  through(broker: Broker): Broker {
    const subscribe = (options: ConsumerOptions): Promise<Consumer> => {
      if (this.refuses(options.topic)) {
        this.refused++;
        return Promise.reject(new BrokerError('broker-unreachable', 'the broker is away'));
      }
      const opening = (this.#held ?? Promise.resolve()).then(() => broker.subscribe(options));
      this.opening.push(opening);
      return opening;
    };
    return new Proxy(broker, {
      get: (target, name) => (name === 'subscribe' ? subscribe : (Reflect.get(target, name) as unknown)),
    });
  }
}

describe('The connector host', () => {
  let scene: Scene;
  let carrier: Carrier;
  let connectors: Connectors | undefined;
  /** Pauses are over at once, so that twelve attempts take no minutes. */
  const hasty = { ...systemClock, after: (_: number, wake: () => void) => systemClock.after(1, wake) };

  /** Pauses end only when the test ends them, or the host stops. */
  const pauses: (() => void)[] = [];
  const patient = {
    ...systemClock,
    after: (_: number, wake: () => void) => {
      pauses.push(wake);
      return () => undefined;
    },
  };

  const anew = async (options: SceneOptions): Promise<void> => {
    await scene.remove();
    scene = new Scene(options);
    await scene.open();
  };

  const run = async (factories: Readonly<Record<string, ConnectorFactory>>): Promise<void> => {
    connectors = scene.connectors(factories);
    await connectors.start();
  };
  const stop = async (): Promise<void> => {
    await connectors?.stop();
    connectors = undefined;
  };

  beforeEach(async () => {
    scene = new Scene({ clock: hasty });
    carrier = new Carrier();
    pauses.splice(0);
    await scene.open();
  });

  afterEach(async () => {
    await stop();
    await scene.remove();
  });

  it('brings each request to the connector that it names, and acknowledges it', async () => {
    await run({ sms: carrier.factory() });
    const request = await scene.request(ANA, 'hello', { connector: 'sms' });
    const [sent] = await scene.seen('message.sent', 1);
    expect(sent).to.include({ causationid: request.id, subject: request.subject, partitionkey: request.subject });
    expect(sent?.source).to.match(/^\/connectors\/sms\//);
    await until('the acknowledgement', async () => (await scene.backlog('connector-sms')) === 0);
  });

  it('drops a request that comes again, and counts it, also after a restart', async () => {
    await run({ sms: carrier.factory() });
    const first = await scene.request(ANA, 'one', { connector: 'sms' });
    await until('the delivery', () => carrier.taken.length === 1);
    await scene.repeat(first);
    await until('the repetition', () => connectors?.tallies['sms']?.duplicatesDropped === 1);
    await stop();
    await scene.repeat(first);
    await run({ sms: carrier.factory() });
    await until('the repetition', () => connectors?.tallies['sms']?.duplicatesDropped === 1);
    await scene.request(ANA, 'two', { connector: 'sms' });
    await until('the second delivery', () => carrier.taken.length === 2);
    expect(carrier.taken).to.deep.equal(['one', 'two']);
  });

  it('takes what was redriven for it once more, though its sequence was seen, and nothing redriven for others', async () => {
    await run({ sms: carrier.factory() });
    const request = await scene.request(ANA, 'one', { connector: 'sms' });
    // What is redriven while the first is under way would be taken with it.
    await until('the delivery', async () => (await scene.backlog('connector-sms')) === 0);
    const { payload, properties } = encodeEvent(request);
    for (const consumer of ['connector-none', 'engine', 'connector-sms']) {
      const redriven = { payload, properties: { ...properties, [REDRIVEN_FOR]: consumer } };
      await scene.raw(request.partitionkey ?? '', redriven);
    }
    await until('the delivery once more', () => carrier.taken.length === 2);
    await until('the acknowledgements', async () => (await scene.backlog('connector-sms')) === 0);
    expect(carrier.taken).to.deep.equal(['one', 'one']);
  });

  it("keeps one contact's order while a message waits for a retry, and lets others pass", async () => {
    carrier.refuse = (to) => to === ANA;
    await anew({ clock: patient });
    await run({ sms: carrier.factory() });
    for (const [to, text] of [
      [ANA, 'a1'],
      [ANA, 'a2'],
      [BEN, 'b1'],
      [BEN, 'b2'],
    ] as const) {
      await scene.request(to, text, { connector: 'sms' });
    }
    await until("Ben's two", () => carrier.taken.length === 2);
    carrier.refuse = () => false;
    await until("Ana's pause", () => pauses.length > 0);
    for (const end of pauses.splice(0)) end();
    await until('all four', () => carrier.taken.length === 4);
    expect(carrier.taken).to.deep.equal(['b1', 'b2', 'a1', 'a2']);
    await until('the acknowledgements', async () => (await scene.backlog('connector-sms')) === 0);
  });

  it('remembers what was done beyond a waiting message over a restart', async () => {
    carrier.refuse = (to) => to === ANA;
    await anew({ clock: patient });
    await run({ sms: carrier.factory() });
    const sameLane = samePartition(ANA);
    await scene.request(ANA, 'waits', { connector: 'sms' });
    await scene.request(sameLane, 'passes', { connector: 'sms' });
    await until('the second', () => carrier.taken.length === 1);
    await until('the first attempt', () => carrier.attempts >= 2);
    await until('its record', () => connectors?.tallies['sms']?.delivered === 1);
    await stop();
    carrier.refuse = () => false;
    await run({ sms: carrier.factory() });
    await until('the first', () => carrier.taken.length === 2);
    expect(carrier.taken).to.deep.equal(['passes', 'waits']);
    await until('the repetition', () => connectors?.tallies['sms']?.duplicatesDropped === 1);
  });

  it('goes on over a new connection when one breaks, and does not begin again what is under way', async () => {
    const lines = new BreakableLines();
    await anew({ clock: hasty, through: (broker) => lines.through(broker) });
    let open: () => void = () => undefined;
    carrier.gate = new Promise((resolve) => (open = resolve));
    await run({ sms: carrier.factory() });
    await scene.request(ANA, 'slow', { connector: 'sms' });
    await until('the delivery to begin', () => carrier.attempts === 1);
    await lines.break();
    await until('the request to come again', () => connectors?.tallies['sms']?.duplicatesDropped === 1);
    open();
    await scene.request(BEN, 'next', { connector: 'sms' });
    await until('both', () => carrier.taken.length === 2);
    expect(carrier.taken).to.deep.equal(['slow', 'next']);
    await until('the acknowledgements', async () => (await scene.backlog('connector-sms')) === 0);
  });

  describe('leaves nothing subscribed that was only being opened, so that whoever runs next gets the messages', () => {
    let lines: SlowLines;

    beforeEach(async () => {
      lines = new SlowLines();
      await anew({ clock: hasty, through: (broker) => lines.through(broker) });
    });

    const nextGetsThem = async (): Promise<void> => {
      await Promise.all(lines.opening);
      await run({ sms: carrier.factory() });
      for (const [to, text] of [
        [inPartition(0), 'in the first'],
        [inPartition(1), 'in the second'],
      ] as const) {
        await scene.request(to, text, { connector: 'sms' });
      }
      await until('both deliveries', () => carrier.taken.length === 2);
    };

    it('where a start fails', async () => {
      lines.hold();
      lines.refuses = (topic) => topic.endsWith('-0');
      const started = scene.connectors({ sms: carrier.factory() }).start();
      const failed = started.then(
        () => undefined,
        (error: unknown) => error,
      );
      await until('the refusal', () => lines.refused > 0);
      lines.release();
      expect(await failed).to.have.property('code', 'broker-unreachable');
      await nextGetsThem();
    });

    it('where it stops while it is coming back', async () => {
      await run({ sms: carrier.factory() });
      const before = lines.opening.length;
      lines.hold();
      for (const consumer of await Promise.all(lines.opening)) await consumer.close();
      await until('the new connections', () => lines.opening.length === 2 * before);
      const stopped = stop();
      lines.release();
      await stopped;
      await nextGetsThem();
    });
  });

  it('states message.failed after a limited number of attempts, and goes on', async () => {
    carrier.refuse = (to) => to === ANA;
    await run({ sms: carrier.factory() });
    const request = await scene.request(ANA, 'never', { connector: 'sms' });
    await scene.request(ANA, 'neither', { connector: 'sms' });
    const [failed] = await scene.seen('message.failed', 2);
    expect(failed?.causationid).to.equal(request.id);
    expect(dataOf(failed)).to.include({ code: 'gave-up', permanent: false, connector: 'sms', to: ANA });
    expect(carrier.attempts).to.equal(2 * MAX_ATTEMPTS);
  });

  it('answers for a connector that is not there, and leaves those requests alone once it is', async () => {
    await run({});
    await scene.request(ANA, 'too early', { connector: 'sms' });
    const [failed] = await scene.seen('message.failed', 1);
    expect(dataOf(failed)).to.include({ code: 'no-connector', permanent: true });
    await stop();
    await run({ sms: carrier.factory() });
    await scene.request(ANA, 'in time', { connector: 'sms' });
    await until('the delivery', () => carrier.taken.length > 0);
    expect(carrier.taken).to.deep.equal(['in time']);
  });

  it('answers for an address that the connector does not reach', async () => {
    await run({ sms: carrier.factory() });
    await scene.request('mailto:ana@example.org', 'hello', { connector: 'sms' });
    const [failed] = await scene.seen('message.failed', 1);
    expect(dataOf(failed)).to.include({ code: 'no-connector', permanent: true });
    expect(carrier.attempts).to.equal(0);
  });

  it('does not deliver a request of last week', async () => {
    await run({ sms: carrier.factory() });
    const time = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000).toISOString();
    await scene.request(ANA, 'see you tomorrow', { connector: 'sms', time });
    const [failed] = await scene.seen('message.failed', 1);
    expect(dataOf(failed)).to.include({ code: 'too-late', permanent: true });
    expect(carrier.attempts).to.equal(0);
  });

  it('takes nothing that people write while their tenant is behind; what is on its way to them goes on', async () => {
    let host: ConnectorHost | undefined;
    const gateway: ConnectorFactory = (mine) => oneCarrier()((host = mine));
    connectors = scene.connectors({ sms: gateway }, () => {
      throw new TenantBehindError(TENANT, 11);
    });
    await connectors.start();
    const contact = contactKeyOf(ANA as Address);
    const data = { connector: 'sms', from: ANA, text: 'Hello', providerId: 'p1' };
    const written = host?.publish('messaging', { type: 'message.received', contact, data });
    const error: unknown = await written?.catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'tenant-behind');
    await scene.request(ANA, 'We are slow today.', { connector: 'sms' });
    await until('message.sent', () => scene.events.some(({ type }) => type === 'message.sent'));
  });

  it('puts aside a request that is none, or whose failure could not be stated either, and goes on', async () => {
    await run({ sms: carrier.factory() });
    const key = contactKeyOf(ANA as Address);
    const request = await scene.request(ANA, 'hello', { connector: 'sms' });
    const malformed = [undefined, { to: ANA }, { connector: 'sms' }, { connector: 'pigeon', to: ANA, text: 'coo' }];
    for (const [n, data] of malformed.entries()) {
      const event = {
        ...request,
        id: `malformed-${n}` as EventId,
        source: '/stranger',
        sequence: formatSequence(n),
        data,
      };
      await scene.raw(key, encodeEvent(event));
    }
    await scene.request(ANA, 'goodbye', { connector: 'sms' });
    await until('the deliveries', () => carrier.taken.length === 2);
    for (const subscription of ['connector-sms', 'connector-none']) {
      await until('the acknowledgements', async () => (await scene.backlog(subscription)) === 0);
    }
    const put = scene.deadLetters.map(({ properties }) => properties['ce_id']);
    // By either subscription, where it can not be told whose they are.
    const twice = ['malformed-0', 'malformed-1', 'malformed-2'].flatMap((id) => [id, id]);
    expect(put.toSorted()).to.deep.equal([...twice, 'malformed-3']);
  });

  it('passes over other types without looking into them, and puts aside what it can not decode', async () => {
    await run({ sms: carrier.factory() });
    const key = contactKeyOf(ANA as Address);
    await scene.raw(key, { payload: Buffer.from('no JSON'), properties: { ce_type: 'message.sent' } });
    await scene.raw(key, { payload: Buffer.from('no JSON'), properties: { ce_type: 'message.requested' } });
    await scene.request(ANA, 'hello', { connector: 'sms' });
    await until('the delivery', () => carrier.taken.length === 1);
    await until('the acknowledgements', async () => (await scene.backlog('connector-sms')) === 0);
    // Each subscription, `connector-sms` and `connector-none`, puts its copy aside.
    expect(scene.deadLetters.map(({ properties }) => properties['ce_type'])).to.deep.equal([
      'message.requested',
      'message.requested',
    ]);
  });
});

/** Another person whose events are in the same one of the two partitions. */
function samePartition(address: string): string {
  return inPartition(partitionOfAddress(address));
}

/** A person whose events are in this one of the two partitions. */
function inPartition(partition: number): string {
  const candidates = Array.from({ length: 50 }, (_, n) => `tel:+12125550${(200 + n).toString()}`);
  const found = candidates.find((candidate) => partitionOfAddress(candidate) === partition);
  if (found === undefined) throw new Error(`nobody is in partition ${partition.toString()}`);
  return found;
}

function partitionOfAddress(address: string): number {
  return partitionOf(contactKeyOf(address as Address), PARTITIONS);
}
