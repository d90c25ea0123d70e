/** The definitions of the past with some of them changed. */
import type { MachineHash } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { EventData } from '../../channels/generated/events.ts';
import { contactKeyOf, parseAddress } from '../../channels/contact-key.ts';
import { alikeIn, type Alike } from '../../dsl/diff/alike.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { machinesOf } from '../../dsl/machines.ts';
import { RECIPIENT_TARGETED, type Machines, type TargetedData } from '../../dsl/step/contract.ts';
import { route } from '../../dsl/step/route.ts';

export class ReplacedDefinitions {
  readonly #byName: ReadonlyMap<string, Machine>;
  readonly #byHash: ReadonlyMap<MachineHash, Machine>;
  /** Each alone, to ask it whom an event starts. */
  readonly #alone: ReadonlyMap<string, Machines>;
  readonly #known = new WeakMap<Machines, Machines>();
  readonly #alike = new WeakMap<Machine, { readonly as: Alike | undefined }>();
  readonly #startingAlike = new WeakMap<Machines, boolean>();

  constructor(machines: readonly Machine[]) {
    this.#byName = new Map(machines.map((machine) => [machine.name, machine]));
    this.#byHash = new Map(machines.map((machine) => [machine.hash, machine]));
    this.#alone = new Map(machines.map((machine) => [machine.name, machinesOf([machine])]));
  }

  has(definition: string): boolean {
    return this.#byName.has(definition);
  }

  get(definition: string): Machine | undefined {
    return this.#byName.get(definition);
  }

  /** As recorded, but new conversations start on the changed ones; those under way stay where they are. */
  in(recorded: Machines): Machines {
    const known = this.#known.get(recorded);
    if (known) return known;
    const others = recorded.active().filter(({ name }) => !this.#byName.has(name));
    const active = [...others, ...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const made: Machines = {
      byHash: (hash) => this.#byHash.get(hash) ?? recorded.byHash(hash),
      active: () => active,
      correlations: (type) => recorded.correlations(type),
    };
    this.#known.set(recorded, made);
    return made;
  }

  /** Where a definition on record does the same as the changed one. Undefined: nowhere. */
  alike(recorded: Machine): Alike | undefined {
    const known = this.#alike.get(recorded);
    if (known) return known.as;
    const changed = this.#byName.get(recorded.name);
    const as = changed && alikeIn(recorded, changed);
    this.#alike.set(recorded, { as });
    return as;
  }

  /** Whether each changed definition was in force, and all that starts a conversation starts the same in it. */
  startAlike(recorded: Machines): boolean {
    const known = this.#startingAlike.get(recorded);
    if (known !== undefined) return known;
    const active = new Map(recorded.active().map((machine) => [machine.name, machine]));
    const isAlike = [...this.#byName.keys()].every((name) => {
      const machine = active.get(name);
      return machine !== undefined && this.alike(machine) !== undefined;
    });
    this.#startingAlike.set(recorded, isAlike);
    return isAlike;
  }

  /** The start as the changed definition would have it; undefined where that does not start by the event. */
  retarget(targeted: Event): Event | undefined {
    const data = targeted.data as TargetedData;
    const machine = this.#byName.get(data.definition);
    const alone = this.#alone.get(data.definition);
    if (!machine || !alone) return targeted;
    if (data.event.type === RECIPIENT_TARGETED) {
      const recipient = { ...(data.event.data as EventData[typeof RECIPIENT_TARGETED]), machine: machine.hash };
      return { ...targeted, data: { ...data, machine: machine.hash, event: { ...data.event, data: recipient } } };
    }
    for (const result of route(alone, data.event)) {
      // Of somebody else nothing is on record here.
      if (result.kind !== 'target' || !isOf(targeted, result.address)) continue;
      return { ...targeted, data: { ...data, machine: machine.hash, address: result.address } };
    }
    return undefined;
  }
}

function isOf({ subject, data }: Event, address: string): boolean {
  return address === (data as TargetedData).address || contactKeyOf(parseAddress(address)) === subject;
}
