import type { ContactKey, Millis } from '../../../channels/brands.ts';
import { contactKeyOf, parseAddress } from '../../../channels/contact-key.ts';
import type { Event } from '../../../channels/event.ts';
import type { EventData } from '../../../channels/generated/events.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import type { KeptVars } from '../../../dsl/scenario/live/comparison.ts';
import { World } from '../../../dsl/simulation/world.ts';
import type { Abilities, SentEvent, Statement, Target } from '../../../runtime/black-box/target.ts';
import type { Clock } from '../../../runtime/clock.ts';

/** Whoever is asked has not answered yet: the test does. */
const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** From what is done to what the store has of it. */
const LATENCY_MS = 150;

/** A platform in virtual time. Its clock goes on by the milliseconds that things take: days pass for its people alone. */
export class VirtualPlatform implements Target, Clock {
  readonly #world: World;
  readonly #machines: readonly Machine[];
  readonly #receiptsAfterMs: number | undefined;
  readonly #sent = new Set<string>();

  /** `receiptsAfterMs`: how long the carrier takes; default: no time. */
  constructor(machines: readonly Machine[], now: Millis, receiptsAfterMs?: number) {
    const sources = machines.flatMap(({ flows }) => Object.values(flows).flatMap((flow) => Object.keys(flow.sources)));
    const answers = Object.fromEntries(sources.map((name) => [name, { value: null, afterMs: NEVER_MS }]));
    const receipts = receiptsAfterMs === undefined ? 'at-once' : 'by-hand';
    this.#world = new World({ machines, now, answers, receipts });
    this.#machines = machines;
    this.#receiptsAfterMs = receiptsAfterMs;
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

  abilities(): Promise<Abilities> {
    return Promise.resolve({ timePasses: true, describesPeople: true });
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
    this.#send();
    return Promise.resolve();
  }

  #send(): void {
    if (this.#receiptsAfterMs === undefined) return;
    const before = this.now() - this.#receiptsAfterMs;
    for (const { type, id, time, data } of [...this.#world.events]) {
      if (type !== 'message.requested' || this.#sent.has(id) || Date.parse(time) > before) continue;
      this.#sent.add(id);
      const { message, connector, to } = data as EventData['message.requested'];
      this.#world.receive({ type: 'message.sent', subject: contactKeyOf(to), data: { message, connector, to } });
    }
  }

  events(contacts: readonly string[]): Promise<readonly Event[]> {
    return Promise.resolve(this.#world.events.filter(({ subject = '' }) => contacts.includes(subject)));
  }

  vars(contacts: readonly ContactKey[]): Promise<KeptVars> {
    const open = contacts.flatMap((contact) => this.#world.state(contact)?.conversations ?? []);
    return Promise.resolve({ vars: open.at(-1)?.frames.at(-1)?.vars });
  }

  rejections(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }
}
