import { expect } from 'chai';
import { setImmediate as turn } from 'node:timers/promises';
import { encodeEvent } from '../../../channels/encode.ts';
import type { Event } from '../../../channels/event.ts';
import type { EventId } from '../../../channels/brands.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import { BrokerError } from '../../../runtime/broker/errors.ts';
import { messageId, type MessageId } from '../../../runtime/broker/message-id.ts';
import type { Broker, Consumer, Message } from '../../../runtime/broker/port.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { PartitionRun } from '../../../runtime/connectors/partition-run.ts';
import { StopSignal } from '../../../runtime/connectors/stop-signal.ts';
import { newTally } from '../../../runtime/connectors/tally.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { silentLog } from '../scene.ts';

const TOPIC = 'persistent://acme/conversations/events-partition-0';
const EVENT: Event = {
  ...{ specversion: '1.0', id: 'e1' as EventId, source: '/engine/acme/0/0', type: 'conversation.completed' },
  ...{ sequence: '0000000000000001', time: '2026-03-06T14:00:00.000Z', subject: 'c-1', data: {} },
};

/** More than pass between a completion and the end of everything that follows from it. */
const MICROTASKS = 16;

describe('A run on one partition', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let broker: Broker;

  beforeEach(async () => {
    folder = temporaryFolder();
    broker = await createEmbeddedBroker({ folder: folder.path });
  });

  afterEach(async () => {
    await broker.close();
    folder.remove();
  });

  const delivery = (entry: number): Message => ({
    ...encodeEvent(EVENT),
    ...{ id: messageId(1, entry), topic: TOPIC, publishTimeMs: 0, redeliveryCount: 0 },
  });

  /** The event comes, is done, and comes again so many microtasks later: what is acknowledged in the end? */
  const acknowledgedWith = async (microtasks: number): Promise<MessageId | undefined> => {
    const first = controlled<true>();
    const again = controlled<Message>();
    const nothing = controlled<Message>();
    const deliveries = [Promise.resolve(delivery(1)), again.promise];
    let acknowledged: MessageId | undefined;
    const consumer: Consumer = {
      ...{ topic: TOPIC, subscription: 'follow-test' },
      receive: () => deliveries.shift() ?? nothing.promise,
      receiveBuffered: () => [],
      acknowledge: () => Promise.resolve(),
      acknowledgeCumulative: (id) => {
        acknowledged = id;
        return Promise.resolve();
      },
      negativeAcknowledge: () => undefined,
      seek: () => Promise.resolve(),
      close: () => {
        nothing.reject(new BrokerError('broker-closed', 'closed by the test'));
        return Promise.resolve();
      },
      unsubscribe: () => Promise.resolve(),
    };
    const signal = new StopSignal();
    let brought = 0;
    const run = new PartitionRun({
      broker: { ...broker, subscribe: () => Promise.resolve(consumer) },
      ...{ topic: TOPIC, partition: 0, subscription: 'follow-test', ledger: undefined, tally: newTally() },
      errand: {
        types: new Set([EVENT.type]),
        isOurs: () => true,
        lane: ({ id }) => id,
        bring: () => (brought++ === 0 ? first.promise : Promise.resolve(true)),
      },
      ...{ clock: systemClock, signal, log: silentLog, codec: undefined, deadLetter: () => Promise.resolve() },
    });
    await run.start();
    await turn();
    expect(brought).to.equal(1);
    first.resolve(true);
    for (let n = 0; n < microtasks; n++) await Promise.resolve();
    again.resolve(delivery(2));
    for (let n = 0; n < 3; n++) await turn();
    signal.stop();
    await run.stop();
    return acknowledged;
  };

  it('acknowledges an event that comes again at whatever moment of its completion', async () => {
    for (let microtasks = 0; microtasks <= MICROTASKS; microtasks++) {
      expect(await acknowledgedWith(microtasks), `after ${microtasks}`).to.equal(messageId(1, 2));
    }
  });
});

interface Controlled<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

function controlled<Value>(): Controlled<Value> {
  let settle: Pick<Controlled<Value>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<Value>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (!settle) throw new Error('a promise runs what it is given at once');
  return { promise, ...settle };
}
