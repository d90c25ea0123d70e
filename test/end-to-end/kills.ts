/** Conversations during which the whole process is killed again and again, on whatever broker it has. */
import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { until } from '../connectors/until.ts';
import { Person, type Pace } from './person.ts';
import { PlatformProcess } from './platform-process.ts';
import { freePorts } from '../free-ports.ts';

const QUESTIONS = 8;

/** Beyond one for each kill: for kills that would have hit nothing. */
const SPARE_SLOTS = 8;

/** A kill falls somewhere within this after people began to write. */
const KILL_WITHIN_MS = 150;

const EXPECTED_READING = [...Array.from({ length: QUESTIONS }, (_, index) => `Question ${index + 1}?`), 'Done.'];

/** Times to answer in, opened one after another. */
class Slots {
  readonly count: number;
  readonly #waiting = new Map<number, (() => void)[]>();
  #open = 0;

  constructor(count: number) {
    this.count = count;
  }

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
    while (this.#open <= this.count) this.openNext();
  }
}

/** Counters of one life of the platform. */
interface Counters {
  readonly republished: number;
  readonly dropped: number;
}

export interface KillCourse {
  readonly dataFolder: string;
  readonly people: number;
  readonly kills: number;
  /** Of the platform: its broker. */
  readonly environment?: Readonly<Record<string, string>>;
  /** While the platform is dead. */
  readonly meanwhile?: (kill: number) => Promise<void>;
}

export class KilledConversations {
  readonly inFlightAtKill: number[] = [];
  readonly lives: Counters[] = [];
  readonly #course: KillCourse;
  readonly #people: Person[] = [];
  readonly #slots: Slots;
  #environment: Readonly<Record<string, string>> = {};
  #platform: PlatformProcess | undefined;
  /** Resolved while the platform listens, so that nobody knocks in vain: for 200 people that costs more than all else. */
  #listening: Promise<void> = Promise.resolve();
  #listens: () => void = () => undefined;

  constructor(course: KillCourse) {
    this.#course = course;
    this.#slots = new Slots(course.kills + SPARE_SLOTS);
  }

  get platform(): PlatformProcess {
    if (!this.#platform) throw new Error('the platform was not started');
    return this.#platform;
  }

  /** Resolves once everybody has read the end. */
  async run(): Promise<void> {
    const { people, kills, environment, meanwhile } = this.#course;
    const { http } = await freePorts('http');
    this.#environment = {
      ...environment,
      PARLANCE_CONVERSATIONS: fileURLToPath(new URL('./definitions', import.meta.url)),
      // The same in each life: people come again to where they were.
      PARLANCE_HTTP_PORT: http.toString(),
    };
    await this.start();
    for (let count = 0; count < people; count++) {
      this.#people.push(await Person.open(this.platform.url, this.#pace(), () => this.#listening));
    }
    await Promise.all(
      this.#people.map(({ session }, index) =>
        this.platform.event('com.example.begin', `begin-${index}`, { contact: session.address }),
      ),
    );
    for (let kill = 0; kill < kills; kill++) {
      // The first kill may hit people who were asked nothing yet; each later one leaves something of everybody behind.
      if (kill > 0) await this.#everybodyWasAsked();
      this.lives.push(await counters(this.platform));
      this.#slots.openNext();
      await new Promise((resolve) => setTimeout(resolve, Math.random() * KILL_WITHIN_MS));
      this.inFlightAtKill.push(await this.#workInFlight());
      this.#listening = new Promise((resolve) => (this.#listens = resolve));
      await this.platform.kill();
      await meanwhile?.(kill);
      await this.start();
    }
    this.#slots.openAll();
    await this.#everybodyReadsTheEnd();
    this.lives.push(await counters(this.platform));
  }

  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const { dataFolder } = this.#course;
    this.#platform = await PlatformProcess.start({
      dataFolder,
      environment: { ...this.#environment, ...more },
      onListening: () => {
        this.#listens();
      },
    });
  }

  async end(): Promise<void> {
    for (const person of this.#people) person.leave();
    await this.#platform?.stop();
  }

  /**
   * Spreads the answers over the slots: those of a slot are given at once when it opens. (Nobody polls for it: on a busy
   * machine the timers of all these people would leave the event loop no time to read.)
   */
  #pace(): Pace {
    const offset = Math.random();
    return async (question) => {
      await this.#slots.opened(Math.floor(((question - 1 + offset) * this.#slots.count) / QUESTIONS));
    };
  }

  /** Resolves the moment that somebody waits for an answer: a kill that hits nothing shows nothing. */
  async #workInFlight(): Promise<number> {
    for (let looks = 1; ; looks++) {
      const waiting = this.#people.filter((person) => person.waiting > 0).length;
      if (waiting > 0) return waiting;
      // All were answered before we looked: let more people write.
      if (looks % 500 === 0) this.#slots.openNext();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async #everybodyWasAsked(): Promise<void> {
    const unasked = () => this.#people.filter(({ read }) => read.length === 0);
    await until('everybody to read the first question', () => unasked().length === 0, 120_000);
  }

  /** Fails with what the store has of one who does not: where it ends is where to look. */
  async #everybodyReadsTheEnd(): Promise<void> {
    const waiting = () => this.#people.filter(({ read }) => read.at(-1)?.text !== 'Done.');
    try {
      await until('everybody to read the end', () => waiting().length === 0, 120_000);
    } catch (error) {
      const [first] = waiting();
      const last = await this.platform.query(
        `SELECT time, type, source, sequence, id, causation, data FROM events WHERE data LIKE '%${first?.session.address ?? ''}%' ORDER BY time DESC LIMIT 8`,
      );
      const summary = waiting().map(({ read, waiting: sent, unaccepted }) => ({ read: read.length, sent, unaccepted }));
      throw new Error(`${waiting().length} do not: ${JSON.stringify(summary)}; ${JSON.stringify(last, null, 1)}`, {
        cause: error,
      });
    }
  }

  expectReadings(): void {
    for (const { read } of this.#people) expect(read.map(({ text }) => text)).to.eql(EXPECTED_READING);
  }

  async expectEndings(): Promise<void> {
    const { people } = this.#course;
    await this.platform.settled();
    const [ended] = await this.platform.query(
      "SELECT uniqExact(conversation) AS conversations, count() AS ends FROM events WHERE type = 'conversation.completed' AND JSONExtractString(data, 'outcome') = 'done'",
    );
    expect(ended).to.eql({ conversations: people, ends: people });
    const [messages] = await this.platform.query(
      "SELECT uniqExact(message) AS messages, count() AS requests FROM events WHERE type = 'message.requested'",
    );
    const expected = people * EXPECTED_READING.length;
    expect(messages).to.eql({ messages: expected, requests: expected });
  }
}

/** `channel source id` of each row. */
export async function storedKeys(platform: PlatformProcess): Promise<readonly string[]> {
  await platform.settled();
  const rows = await platform.query<{ key: string }>("SELECT concat(channel, ' ', source, ' ', id) AS key FROM events");
  return rows.map(({ key }) => key);
}

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
