import { expect } from 'chai';
import { BrokerError } from '../../../../runtime/broker/errors.ts';
import type { Broker } from '../../../../runtime/broker/port.ts';
import { Sink } from '../../../../runtime/store/sink/sink.ts';
import { ManualClock } from '../../broker/embedded/manual-clock.ts';
import { temporaryStore, type TemporaryStore } from '../embedded-store.ts';
import { acme, brokerWithTenant, channel, eventMessage, recordedLog, sendAll } from '../tenant-under-test.ts';
import { advancing, moments } from './moments.ts';

describe('A sink that takes over from one which does not know it yet', function () {
  this.timeout(60_000);
  let temporary: TemporaryStore;
  let broker: Broker;
  let clock: ManualClock;
  let asked: { readonly first: string[]; readonly second: string[] };
  let first: Sink;
  let second: Sink;

  before(async () => {
    temporary = await temporaryStore();
    broker = await brokerWithTenant(temporary.folder);
  });

  after(async () => {
    await broker.close();
    await temporary.remove();
  });

  /** The broker, with what became of each producer of the sink's records that was asked of it. */
  const watched = (producers: string[]): Broker => {
    const { driver, capabilities, admin } = broker;
    return {
      ...{ driver, capabilities, admin },
      createProducer: async (options) => {
        try {
          const producer = await broker.createProducer(options);
          producers.push('granted');
          return producer;
        } catch (error) {
          producers.push(error instanceof BrokerError ? error.code : String(error));
          throw error;
        }
      },
      subscribe: (options) => broker.subscribe(options),
      createReader: (options) => broker.createReader(options),
      close: () => Promise.resolve(),
    };
  };

  beforeEach(async () => {
    [clock, asked] = [new ManualClock(), { first: [], second: [] }];
    const parts = { store: temporary.store, tenant: acme, log: recordedLog(), limits: { lingerMs: 5 } };
    first = new Sink({ ...parts, broker: watched(asked.first) });
    await moments(() => first.metrics().owner);
    second = new Sink({ ...parts, broker: watched(asked.second), clock });
    await moments(() => second.metrics().waiting);
  });

  afterEach(() => Promise.all([first.stop(), second.stop()]));

  it('keeps what it has, so that the other, once it knows, is not back', async () => {
    const [sent] = await sendAll(broker, channel('messaging'), [eventMessage(1)]);
    await moments(() => asked.first.length > 1);
    expect(asked).to.deep.equal({ first: ['granted', 'producer-busy'], second: ['granted'] });
    await advancing(clock, second.waitForMark(sent === undefined ? {} : { [channel('messaging')]: sent }));
    const rows = await temporary.store.query('SELECT count() AS n FROM parlance.events');
    expect(rows).to.deep.equal([{ n: 1 }]);
    expect(asked.second).to.deep.equal(['granted']);
  });

  it('begins anew where the other does not learn it for minutes', async () => {
    const begun = clock.now();
    await moments(() => {
      // One wait after the other: time stands still while the broker is asked.
      if (asked.second.length === 1 && clock.pending > 0) clock.advance(10_000);
      return asked.second.length > 1;
    });
    expect(clock.now() - begun).to.be.within(180_000, 400_000);
  });

  it('stops while it waits', () => second.stop());
});
