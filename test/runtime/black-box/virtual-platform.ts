import type { Millis } from '../../../channels/brands.ts';
import { contactKeyOf, parseAddress } from '../../../channels/contact-key.ts';
import type { Event } from '../../../channels/event.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { World } from '../../../dsl/simulation/world.ts';
import type { SentEvent, Statement, Target } from '../../../runtime/black-box/target.ts';
import type { Clock } from '../../../runtime/clock.ts';

/** Whoever is asked has not answered yet: the test does. */
const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** From what is done to what the store has of it. */
const LATENCY_MS = 150;

/** A platform in virtual time. Its clock goes on by the milliseconds that things take: days pass for its people alone. */
export class VirtualPlatform implements Target, Clock {
  readonly #world: World;
  readonly #machines: readonly Machine[];

  constructor(machines: readonly Machine[], now: Millis) {
    const sources = machines.flatMap(({ flows }) => Object.values(flows).flatMap((flow) => Object.keys(flow.sources)));
    const answers = Object.fromEntries(sources.map((name) => [name, { value: null, afterMs: NEVER_MS }]));
    this.#world = new World({ machines, now, answers });
    this.#machines = machines;
  }

  now(): Millis {
    return this.#world.now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = setImmediate(() => {
      this.#world.advance(delayMs);
      callback();
    });
    return () => {
      clearImmediate(timer);
    };
  }

  timePasses(): Promise<boolean> {
    return Promise.resolve(true);
  }

  send(event: SentEvent): Promise<void> {
    return this.#receive(event);
  }

  write({ from, text, id }: Parameters<Target['write']>[0]): Promise<void> {
    const data = { connector: 'probe', from, text, providerId: id };
    return this.#receive({ type: 'message.received', subject: contactKeyOf(parseAddress(from)), data });
  }

  report({ type, ...receipt }: Parameters<Target['report']>[0]): Promise<void> {
    const { id: _, ...data } = receipt;
    return this.#receive({ type, subject: contactKeyOf(parseAddress(String(data['to']))), data });
  }

  state({ of, type, data }: Statement): Promise<void> {
    return this.#receive({ type, subject: contactKeyOf(of), data });
  }

  #receive(incoming: Parameters<World['receive']>[0]): Promise<void> {
    this.#world.receive(incoming);
    return Promise.resolve();
  }

  inForce(definition: string): Promise<string | undefined> {
    return Promise.resolve(this.#machines.find(({ name }) => name === definition)?.hash);
  }

  settled(): Promise<void> {
    this.#world.advance(LATENCY_MS);
    return Promise.resolve();
  }

  events(contacts: readonly string[]): Promise<readonly Event[]> {
    return Promise.resolve(this.#world.events.filter(({ subject = '' }) => contacts.includes(subject)));
  }

  rejections(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }
}
