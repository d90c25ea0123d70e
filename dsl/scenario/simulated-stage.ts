import type { Address } from '../../channels/brands.ts';
import { apparentConnector } from '../../channels/contact-key.ts';
import type { Event } from '../../channels/event.ts';
import type { JsonObject } from '../json.ts';
import type { Machine } from '../machine/machine.ts';
import { EndlessEvents, World, type Incoming } from '../simulation/world.ts';
import { isTooFar } from '../step/hops.ts';
import { connectorOf } from '../step/start.ts';
import type { Trace } from '../step/trace.ts';
import type { Action, Given, Person } from './scenario.ts';
import { scheduleOf } from './schedule.ts';
import type { Stage } from './stage.ts';

type Targeting = Action & { do: 'broadcast' | 'schedule' };

/** Plays scenarios on a world of its own, in virtual time. */
export class SimulatedStage implements Stage {
  readonly world: World;
  private readonly given: Given;

  constructor(world: World, given: Given) {
    this.world = world;
    this.given = given;
  }

  static open(machines: readonly Machine[], given: Given, trace?: Trace): SimulatedStage {
    const contacts = given.people.map(({ name: _, ...person }) => person);
    const { now, answers, receipts } = given;
    return new SimulatedStage(
      new World({ machines, now, contacts, answers, receipts, ...(trace ? { trace } : {}) }),
      given,
    );
  }

  /** Another stage that goes on from here. */
  fork(trace?: Trace): SimulatedStage {
    return new SimulatedStage(this.world.fork(trace), this.given);
  }

  perform(action: Action): Promise<void> {
    this.act(action);
    return Promise.resolve();
  }

  /** As `perform`; at once. Returns what happened. Throws EndlessEvents also where only the platform's limit ends it. */
  act(action: Action): readonly Event[] {
    const before = this.world.events.length;
    this.apply(action);
    const happened = this.world.events.slice(before);
    if (happened.some(isTooFar)) throw new EndlessEvents();
    return happened;
  }

  events(): readonly Event[] {
    return this.world.events;
  }

  vars(person: Person): Promise<JsonObject | undefined> {
    const conversation = this.world.state(this.keyOf(person))?.conversations.at(-1);
    return Promise.resolve(conversation?.frames.at(-1)?.vars);
  }

  personOf({ subject }: Event): Person | undefined {
    return subject === undefined ? undefined : this.given.people.find((person) => this.keyOf(person) === subject);
  }

  private apply(action: Action): void {
    switch (action.do) {
      case 'event': {
        const { type, data, id } = action;
        this.world.receive({ type, data, ...(id === undefined ? {} : { id }) });
        return;
      }
      case 'reply':
        this.world.receive(this.message(action.person, action.text, action.from));
        return;
      case 'receive': {
        const { person, type, data } = action;
        this.world.receive({ type, data, subject: this.keyOf(person) });
        return;
      }
      case 'advance':
        this.world.advance(action.ms);
        return;
      case 'broadcast':
        this.target(action, {});
        return;
      case 'schedule':
        this.target(action, { schedule: scheduleOf(action, this.machineNamed(action.definition)) });
        return;
      case 'agent':
        this.world.receive({ type: action.type, data: this.handedOff(action.data), ...this.inHandoff() });
        return;
      case 'answer':
        for (const [source, answer] of Object.entries(action.answers)) this.world.answer(source, answer);
    }
  }

  private keyOf({ addresses: [first] }: Person) {
    return this.world.contactOf(first);
  }

  private message(person: Person, text: string, from: string | undefined): Incoming {
    const address = this.addressOf(person, from);
    const data = { connector: connectorOf(address), from: address, text };
    return { type: 'message.received', data, subject: this.keyOf(person) };
  }

  /** The one named, or the one of the connector named; else where the newest message went. */
  private addressOf(person: Person, from: string | undefined): Address {
    const { addresses } = person;
    if (from === undefined) return this.newestTo(person) ?? addresses[0];
    const isMeant = (one: Address) => one === from || apparentConnector(connectorOf(one), one) === from;
    return addresses.find(isMeant) ?? (from as Address);
  }

  private newestTo(person: Person): Address | undefined {
    const key = this.keyOf(person);
    const newest = this.world.events.findLast(({ type, subject }) => type === 'message.requested' && subject === key);
    return (newest?.data as { to?: Address } | undefined)?.to;
  }

  private target({ person, definition, inputs }: Targeting, more: JsonObject): void {
    const machine = this.machineNamed(definition)?.hash;
    const [to] = person.addresses;
    const data = { broadcast: 'scenario', connector: connectorOf(to), to, definition, machine, inputs, ...more };
    this.world.receive({ type: 'broadcast.recipient-targeted', data, subject: this.keyOf(person) });
  }

  private machineNamed(definition: string): Machine | undefined {
    return this.world.machines.active().find(({ name }) => name === definition);
  }

  private newestHandoff(): Event | undefined {
    return this.world.events.findLast(({ type }) => type === 'conversation.handed-off');
  }

  private handedOff(data: JsonObject): JsonObject {
    const handoff = this.newestHandoff();
    const { handoff: id = '' } = (handoff?.data ?? {}) as { readonly handoff?: string };
    return { ...data, conversation: handoff?.correlationid ?? '', handoff: id };
  }

  private inHandoff() {
    const { subject } = this.newestHandoff() ?? {};
    const person = this.given.people.find((one) => this.keyOf(one) === subject) ?? this.given.people[0];
    return person ? { subject: this.keyOf(person) } : {};
  }
}
