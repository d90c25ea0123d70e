import assert from 'node:assert/strict';
import { setImmediate as nextLoop } from 'node:timers/promises';
import { EVENT_PROPERTIES } from '../../../channels/encode.ts';
import { messageId } from '../../../runtime/broker/message-id.ts';
import type { Broker, Message, Reader } from '../../../runtime/broker/port.ts';
import { Feed } from '../../../runtime/engine/feed.ts';
import { INPUTS_A_TURN, Turns, type TenantTurns } from '../../../runtime/engine/turns.ts';
import { MESSAGING, Rig } from './rig.ts';

const THOUSANDS = 5_000;

describe('turns between tenants', () => {
  it('let a tenant with one input go at once, however many another has waiting', async () => {
    const turns = new Turns();
    const noisy = new Worked(turns.tenant(), THOUSANDS);
    const quiet = turns.tenant();
    for (let arrival = 1; arrival <= 10; arrival++) {
      await nextLoop();
      assert.equal(quiet.next(), undefined);
    }
    assert.ok(noisy.done > 0 && noisy.done < THOUSANDS);
    await noisy.all;
  });

  it('give each of several that wait as much, one after the other', async () => {
    const turns = new Turns();
    const tenants = Array.from({ length: 5 }, () => new Worked(turns.tenant(), THOUSANDS));
    while (turns.given < 100) await nextLoop();
    const done = tenants.map((tenant) => tenant.done);
    assert.ok(Math.max(...done) - Math.min(...done) <= INPUTS_A_TURN, done.join(' '));
    await Promise.all(tenants.map(({ all }) => all));
  });

  it('give fewer to who took many inputs at once', async () => {
    const turns = new Turns();
    const greedy = new Worked(turns.tenant(), THOUSANDS, 4 * INPUTS_A_TURN);
    const modest = new Worked(turns.tenant(), THOUSANDS);
    while (modest.done < THOUSANDS / 2) await nextLoop();
    assert.ok(greedy.done <= modest.done + 4 * INPUTS_A_TURN, `${greedy.done} beside ${modest.done}`);
    await Promise.all([greedy.all, modest.all]);
  });

  it('keep the order in which a tenant’s loops asked', async () => {
    const tenant = new Turns().tenant();
    const order: number[] = [];
    const asked = Array.from({ length: 100 }, async (_, at) => {
      await tenant.next();
      order.push(at);
    });
    await Promise.all(asked);
    assert.deepEqual(
      order,
      Array.from({ length: 100 }, (_, at) => at),
    );
  });

  it('have what arrives decided while thousands of another tenant’s messages are read', async () => {
    const rig = await Rig.open();
    const turns = new Turns();
    let ofNoisy = 0;
    const noisy = await feedOf(rig.broker, (at) => (at < THOUSANDS ? Promise.resolve(message(at)) : never()));
    const quiet = await feedOf(rig.broker, (at) => (at === 0 ? nextLoop(message(at)) : never()));
    const decideNoisy = (): undefined => {
      ofNoisy += 1;
    };
    const readingNoisy = noisy.run(decideNoisy, ignore, turns.tenant());
    const before = await new Promise<number>((resolve, reject) => {
      readingNoisy.catch(reject);
      const decide = (): undefined => {
        resolve(ofNoisy);
      };
      quiet.run(decide, ignore, turns.tenant()).catch(reject);
    });
    await rig.close();
    assert.ok(before <= 5 * INPUTS_A_TURN, `${before} of the noisy tenant’s before`);
  });
});

/** On whatever broker, but `next` tells what is read. */
function feedOf(broker: Broker, next: (at: number) => Promise<Message>): Promise<Feed> {
  let at = 0;
  const reader: Reader = { topic: MESSAGING, next: () => next(at++), close: () => Promise.resolve() };
  const { driver, capabilities, admin } = broker;
  const scripted: Broker = {
    ...{ driver, capabilities, admin },
    createProducer: (options) => broker.createProducer(options),
    subscribe: (options) => broker.subscribe(options),
    createReader: () => Promise.resolve(reader),
    close: () => broker.close(),
  };
  return Feed.open(
    scripted,
    { name: 'messaging', topic: MESSAGING, subscription: 'engine', types: undefined },
    undefined,
  );
}

function message(at: number): Message {
  const properties = { [EVENT_PROPERTIES.type]: 'message.received' };
  const payload = Buffer.alloc(0);
  return {
    id: messageId(1, at),
    topic: MESSAGING,
    payload,
    key: undefined,
    properties,
    publishTimeMs: 0,
    redeliveryCount: 0,
  };
}

function ignore(): void {
  return undefined;
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** Takes its turns, so many inputs each time, until all are done. */
class Worked {
  done = 0;
  readonly all: Promise<void>;

  constructor(turns: TenantTurns, inputs: number, atOnce = 1) {
    this.all = this.#work(turns, inputs, atOnce);
  }

  async #work(turns: TenantTurns, inputs: number, atOnce: number): Promise<void> {
    while (this.done < inputs) {
      await turns.next(atOnce);
      this.done += atOnce;
    }
  }
}
