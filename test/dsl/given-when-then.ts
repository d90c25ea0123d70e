/**
 * Drives `step` in virtual time, the way the engine does: messages that are requested are sent at once, due timers
 * fire in order, external events pass the router. Everything that happened is kept as lines that tests compare.
 */
import type { Address, ContactKey, CorrelationKey, EventId, Millis } from '../../channels/brands.ts';
import { contactKeyOf, parseAddress } from '../../channels/contact-key.ts';
import type { Event } from '../../channels/event.ts';
import { compileText } from '../../dsl/compile/compile.ts';
import { timersOf, type ContactState } from '../../dsl/contact.ts';
import type { CorrelationState } from '../../dsl/correlation.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { machinesOf } from '../../dsl/machines.ts';
import {
  CORRELATED,
  type Emission,
  type Machines,
  type RouteResult,
  type Step,
  type StepInput,
} from '../../dsl/step/contract.ts';
import { correlate, forget } from '../../dsl/step/correlate.ts';
import { targeted } from '../../dsl/step/outgoing.ts';
import { connectorOf } from '../../dsl/step/start.ts';
import { route } from '../../dsl/step/route.ts';
import { step } from '../../dsl/step/step.ts';
import { parseDuration } from '../../dsl/text/duration.ts';

export interface World {
  readonly now?: string;
  readonly address?: string;
  readonly locale?: string;
  readonly zone?: string;
  /** False: the test sends receipts itself. */
  readonly sendsAtOnce?: boolean;
  /** Default: the step itself. */
  readonly step?: Step;
}

export function given(machines: readonly Machine[], world: World = {}): Scene {
  return new Scene(machinesOf(machines), world);
}

/** The machine of a text that must compile. */
export function machineOf(text: string, file = 'test.yaml'): Machine {
  const compiled = compileText(text, { file });
  if ('machine' in compiled) return compiled.machine;
  const problems = compiled.diagnostics.map(
    (d) => `${d.line.toString()}:${d.column.toString()} ${d.code}: ${d.message}`,
  );
  throw new Error(`does not compile:\n${problems.join('\n')}`);
}

/** For the contact, or for a value of events. */
type Pending = StepInput | { readonly key: CorrelationKey; readonly event: Event };

export class Scene {
  now: Millis;
  state: ContactState | undefined;
  readonly address: Address;
  readonly contact: ContactKey;
  /** Everything emitted so far. */
  readonly emissions: Emission[] = [];
  private machines: Machines;
  private readonly step: Step;
  private readonly sendsAtOnce: boolean;
  /** Of the values of events that something waits for, or that came lately. */
  readonly values: Map<CorrelationKey, CorrelationState> = new Map();
  private mark = 0;
  private events = 0;

  constructor(machines: Machines, world: World) {
    this.machines = machines;
    this.now = Date.parse(world.now ?? '2026-03-02T09:00:00Z') as Millis;
    this.address = parseAddress(world.address ?? 'webchat:ana');
    this.contact = contactKeyOf(this.address);
    this.sendsAtOnce = world.sendsAtOnce ?? true;
    this.step = world.step ?? step;
    if (world.locale !== undefined || world.zone !== undefined) {
      this.state = {
        key: this.contact,
        addresses: [this.address],
        conversations: [],
        ...(world.locale === undefined ? {} : { locale: world.locale }),
        ...(world.zone === undefined ? {} : { zone: world.zone }),
      };
    }
  }

  /** These and no others are here from now on. */
  publish(...machines: readonly Machine[]): this {
    this.machines = machinesOf(machines);
    return this;
  }

  /** The person writes. */
  reply(text: string, providerId?: string): this {
    const data = {
      connector: connectorOf(this.address),
      from: this.address,
      text,
      ...(providerId === undefined ? {} : { providerId }),
    };
    return this.receive('message.received', data);
  }

  /** A customer's event arrives: routed, then stepped where it concerns this contact. */
  external(type: string, data: unknown): this {
    return this.arrive(this.eventOf(type, data));
  }

  /** The same event may arrive again. */
  arrive(event: Event): this {
    return this.settle(route(this.machines, event).flatMap((result) => this.routed(result, event)));
  }

  private routed(result: RouteResult, event: Event): readonly Pending[] {
    if (result.kind === 'correlated') return [{ key: result.correlation, event: this.eventOf(CORRELATED, { event }) }];
    if (result.kind === 'rejected') throw new Error(`${result.machine.name} rejected the event: ${result.reason}`);
    return targeted(event, [result]).flatMap(({ type, data, subject }) =>
      subject === this.contact ? this.pending(type, data) : [],
    );
  }

  receive(type: string, data: unknown): this {
    return this.settle([this.pending(type, data)]);
  }

  /** Time passes; what falls due on the way fires at its own time. */
  advance(duration: string): this {
    const end = this.now + (parseDuration(duration) ?? NaN);
    if (Number.isNaN(end)) throw new Error(`"${duration}" is no duration`);
    for (;;) {
      const [next] = timersOf(this.state)
        .filter(({ due }) => due <= end)
        .sort((a, b) => a.due - b.due);
      if (!next) break;
      this.now = Math.max(this.now, next.due) as Millis;
      this.apply({ kind: 'timer', timer: next });
    }
    this.now = end as Millis;
    return this;
  }

  apply(input: StepInput): this {
    return this.settle([input]);
  }

  /** What follows from an input comes after what was there before it, as in the engine's inbox. */
  private settle(first: readonly Pending[]): this {
    const queue = [...first];
    for (let pending = queue.shift(); pending; pending = queue.shift())
      queue.push(...('key' in pending ? this.meet(pending.key, pending.event) : this.follow(pending)));
    return this;
  }

  private follow(input: StepInput): readonly Pending[] {
    const { state, emissions } = this.step(this.machines, this.state, input, { contact: this.contact, now: this.now });
    this.state = state;
    this.emissions.push(...emissions.filter(({ channel }) => channel !== 'inbox'));
    return emissions.flatMap(({ channel, type, data, subject }): readonly Pending[] => {
      if (subject !== undefined) return [{ key: subject, event: this.eventOf(type, data) }];
      if (channel === 'inbox') return [this.pending(type, data)];
      if (type !== 'message.requested' || !this.sendsAtOnce) return [];
      const { message, connector, to } = data as { message: string; connector: string; to: string };
      return [this.pending('message.sent', { message, connector, to })];
    });
  }

  /** Where events with a value and conversations that wait for it come together. */
  private meet(key: CorrelationKey, input: Event): readonly Pending[] {
    const { state } = forget(this.values.get(key), this.now);
    const result = correlate(key, state, input, this.now);
    if (result.state) this.values.set(key, result.state);
    else this.values.delete(key);
    return result.emissions
      .filter(({ subject }) => subject === this.contact)
      .map(({ type, data }) => this.pending(type, data));
  }

  private pending(type: string, data: unknown): Pending {
    return { kind: 'event', event: this.eventOf(type, data) };
  }

  /** Lines for what happened since the last call. */
  happened(): readonly string[] {
    const lines = this.emissions.slice(this.mark).map(describeEmission);
    this.mark = this.emissions.length;
    return lines;
  }

  /** Texts of the messages since the last call of `happened` or `said`. */
  said(): readonly string[] {
    return this.happened()
      .filter((line) => line.startsWith('says '))
      .map((line) => line.slice('says '.length));
  }

  eventOf(type: string, data: unknown): Event {
    this.events += 1;
    return {
      specversion: '1.0',
      id: `e${this.events.toString()}` as EventId,
      source: '/test',
      type,
      time: new Date(this.now).toISOString(),
      data,
    };
  }
}

/** `says …`, `emits TYPE {…}`, `ends OUTCOME`, `timer.scheduled {…}` … */
function describeEmission({ channel, type, data }: Emission): string {
  if (type === 'message.requested') {
    const { text, choices } = data as { text: string; choices?: readonly { label: string; value: string }[] };
    return `says ${text}${choices ? ` [${choices.map(({ label }) => label).join('|')}]` : ''}`;
  }
  if (channel === 'external') return `emits ${type} ${JSON.stringify(data)}`;
  if (type === 'conversation.completed') return `ends ${(data as { outcome: string }).outcome}`;
  if (type === 'conversation.started') return `starts ${(data as { definition: string }).definition}`;
  return `${type} ${JSON.stringify(data)}`;
}
