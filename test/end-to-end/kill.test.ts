import { expect } from 'chai';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TenantName } from '../../channels/brands.ts';
import { createEmbeddedBroker } from '../../runtime/broker/embedded/broker.ts';
import { until } from '../connectors/until.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { Person, type Pace } from './person.ts';
import { PlatformProcess } from './platform-process.ts';
import { channelContents } from './stored-against-channels.ts';

const PEOPLE = 200;
const KILLS = 20;
const QUESTIONS = 8;

/** One for each kill, and some to spare for those that would have hit nothing. */
const SLOTS = KILLS + 8;

/** A kill falls somewhere within this after people began to write. */
const KILL_WITHIN_MS = 150;

const EXPECTED_READING = [...Array.from({ length: QUESTIONS }, (_, index) => `Question ${index + 1}?`), 'Done.'];

/** Times to answer in, opened one after another. */
class Slots {
  readonly #waiting = new Map<number, (() => void)[]>();
  #open = 0;

  /** Resolves once the nth is open, from 0. */
  opened(slot: number): Promise<void> {
    if (slot < this.#open) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(slot, [...(this.#waiting.get(slot) ?? []), resolve]));
  }

  openNext(): void {
    const slot = this.#open++;
    for (const resolve of this.#waiting.get(slot) ?? []) resolve();
    this.#waiting.delete(slot);
  }

  openAll(): void {
    while (this.#open <= SLOTS) this.openNext();
  }
}

/** Counters of one life of the platform. */
interface Counters {
  readonly republished: number;
  readonly dropped: number;
}

describe(`${KILLS} kills of the whole process during ${PEOPLE} conversations`, function () {
  this.timeout(600_000);
  const folder = temporaryFolder();
  const people: Person[] = [];
  const inFlightAtKill: number[] = [];
  const lives: Counters[] = [];
  const slots = new Slots();
  let environment: Record<string, string>;
  let platform: PlatformProcess;

  const start = (): Promise<PlatformProcess> => PlatformProcess.start({ dataFolder: folder.path, environment });

  /**
   * Spreads the answers over the slots: those of a slot are given at once when it opens. (Nobody polls for it: on a busy
   * machine the timers of all these people would leave the event loop no time to read.)
   */
  const pace = (): Pace => {
    const offset = Math.random();
    return async (question) => {
      await slots.opened(Math.floor(((question - 1 + offset) * SLOTS) / QUESTIONS));
    };
  };

  /** Resolves the moment that somebody waits for an answer: a kill that hits nothing shows nothing. */
  const workInFlight = async (): Promise<number> => {
    for (let looks = 1; ; looks++) {
      const waiting = people.filter((person) => person.waiting > 0).length;
      if (waiting > 0) return waiting;
      // All were answered before we looked: let more people write.
      if (looks % 500 === 0) slots.openNext();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };

  /** Fails with what the store has of one who does not: where it ends is where to look. */
  const everybodyReadsTheEnd = async (): Promise<void> => {
    const waiting = () => people.filter(({ read }) => read.at(-1)?.text !== 'Done.');
    try {
      await until('everybody to read the end', () => waiting().length === 0, 120_000);
    } catch (error) {
      const [first] = waiting();
      const last = await platform.query(
        `SELECT time, type, source, sequence, id, causation, data FROM events WHERE data LIKE '%${first?.session.address ?? ''}%' ORDER BY time DESC LIMIT 8`,
      );
      const summary = waiting().map(({ read, waiting: sent, unaccepted }) => ({ read: read.length, sent, unaccepted }));
      throw new Error(`${waiting().length} do not: ${JSON.stringify(summary)}; ${JSON.stringify(last, null, 1)}`, {
        cause: error,
      });
    }
  };

  before(async () => {
    const definitions = fileURLToPath(new URL('./definitions', import.meta.url));
    environment = { PARLANCE_CONVERSATIONS: definitions, PARLANCE_HTTP_PORT: (await freePort()).toString() };
    platform = await start();
    for (let count = 0; count < PEOPLE; count++) people.push(await Person.open(platform.url, pace()));
    await Promise.all(
      people.map(({ session }, index) =>
        platform.event('com.example.begin', `begin-${index}`, { contact: session.address }),
      ),
    );
    for (let kill = 0; kill < KILLS; kill++) {
      lives.push(await counters(platform));
      slots.openNext();
      await new Promise((resolve) => setTimeout(resolve, Math.random() * KILL_WITHIN_MS));
      inFlightAtKill.push(await workInFlight());
      await platform.kill();
      platform = await start();
    }
    slots.openAll();
    await everybodyReadsTheEnd();
    lives.push(await counters(platform));
  });

  after(async () => {
    for (const person of people) person.leave();
    await (platform as PlatformProcess | undefined)?.stop();
    folder.remove();
  });

  it('each hit work in flight', () => {
    expect(inFlightAtKill).to.have.length(KILLS);
    expect(Math.min(...inFlightAtKill), 'people waiting for an answer at a kill').to.be.greaterThan(0);
  });

  it('made the outbox publish again, and consumers drop what they had', () => {
    const sum = (pick: (counters: Counters) => number): number => lives.reduce((total, life) => total + pick(life), 0);
    expect(
      sum(({ republished }) => republished),
      'outputs published again',
    ).to.be.greaterThan(0);
    expect(
      sum(({ dropped }) => dropped),
      'repetitions dropped',
    ).to.be.greaterThan(0);
  });

  it('let every person read every question once, in order', () => {
    for (const { read } of people) expect(read.map(({ text }) => text)).to.eql(EXPECTED_READING);
  });

  it('left every conversation completed, and no message requested twice', async () => {
    await platform.settled();
    const [ended] = await platform.query(
      "SELECT uniqExact(conversation) AS conversations, count() AS ends FROM events WHERE type = 'conversation.completed' AND JSONExtractString(data, 'outcome') = 'done'",
    );
    expect(ended).to.eql({ conversations: PEOPLE, ends: PEOPLE });
    const [messages] = await platform.query(
      "SELECT uniqExact(message) AS messages, count() AS requests FROM events WHERE type = 'message.requested'",
    );
    const expected = PEOPLE * EXPECTED_READING.length;
    expect(messages).to.eql({ messages: expected, requests: expected });
  });

  it('left the store equal to the channels', async () => {
    await platform.settled();
    const stored = await platform.query<{ key: string }>(
      "SELECT concat(channel, ' ', source, ' ', id) AS key FROM events",
    );
    // A stop would state of each loop that it is released, after the query.
    await platform.kill();
    const broker = await createEmbeddedBroker({ folder: join(folder.path, 'data', 'broker') });
    try {
      const { events } = await channelContents(broker, 'demo' as TenantName);
      const keys = stored.map(({ key }) => key);
      expect(keys.length, 'rows in the store').to.equal(new Set(keys).size);
      expect(
        keys.filter((key) => !events.has(key)),
        'in the store only',
      ).to.eql([]);
      const known = new Set(keys);
      expect(
        [...events].filter((key) => !known.has(key)),
        'on the channels only',
      ).to.eql([]);
    } finally {
      await broker.close();
    }
  });
});

async function counters(platform: PlatformProcess): Promise<Counters> {
  const text = await (await fetch(`${platform.url}/metrics`)).text();
  const total = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\d+)`, 'gm'))].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    );
  return {
    republished: total('parlance_engine_outputs_republished_total'),
    dropped: total('parlance_engine_duplicates_dropped_total') + total('parlance_sink_duplicates_total'),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  server.close();
  await once(server, 'close');
  return port;
}
