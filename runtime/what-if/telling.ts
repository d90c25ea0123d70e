/** What each conversation of one play did, act by act. */
import type { ConversationId, Millis } from '../../channels/brands.ts';
import type { EventData } from '../../channels/generated/events.ts';
import { flowOf, MAIN, type Machine } from '../../dsl/machine/machine.ts';
import type { Machines } from '../../dsl/step/contract.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import { actOf, type Act } from './act.ts';
import { costOfMessage, NO_COST, sumOf, type Cost } from './cost.ts';

export interface Told {
  readonly id: ConversationId;
  readonly machine: Machine | undefined;
  readonly definition: string;
  readonly startedAt: Millis;
  readonly acts: readonly Act[];
  readonly cost: Cost;
  readonly state: string;
  /** Undefined while it is under way. */
  readonly end: string | undefined;
}

interface Telling extends Told {
  readonly acts: Act[];
  cost: Cost;
  state: string;
  end: string | undefined;
}

/** What one step added to one conversation. */
export interface Added {
  /** As it is after it. */
  readonly to: Told;
  readonly isNew: boolean;
  readonly acts: readonly Act[];
  readonly cost: Cost;
}

interface Adding extends Added {
  readonly to: Telling;
  readonly acts: Act[];
  cost: Cost;
}

export class Tellings {
  readonly #tellings = new Map<string, Telling>();

  all(): readonly Told[] {
    return [...this.#tellings.values()];
  }

  get(conversation: string): Told | undefined {
    return this.#tellings.get(conversation);
  }

  add(emissions: readonly OutgoingEmission[], machines: Machines, at: Millis): readonly Added[] {
    const added: Adding[] = [];
    for (const { type, data, conversation } of emissions) {
      if (conversation === undefined) continue;
      const isNew = type === 'conversation.started';
      if (isNew) this.#start(conversation, data, machines, at);
      const to = this.#tellings.get(conversation);
      if (!to) continue;
      let adding = added.find((one) => one.to === to);
      if (!adding) added.push((adding = { to, isNew, acts: [], cost: NO_COST }));
      if (type === 'conversation.advanced') to.state = (data as EventData['conversation.advanced']).to;
      if (type === 'conversation.waiting') to.state = (data as EventData['conversation.waiting']).state;
      if (type === 'message.requested')
        adding.cost = sumOf(adding.cost, costOfMessage(data as EventData['message.requested']));
      const act = actOf(type, data);
      if (act) adding.acts.push({ ...act, at, state: to.state });
    }
    for (const { to, acts, cost } of added) extend(to, acts, cost);
    return added;
  }

  /** What was added to the tellings of a play that is one with this one. `machineOf`: on which a definition runs here. */
  follow(added: readonly Added[], machineOf: (definition: string) => Machine | undefined): void {
    for (const { to, isNew, acts, cost } of added) {
      if (isNew) this.#begin(to.id, to.definition, machineOf(to.definition) ?? to.machine, to.startedAt);
      const own = this.#tellings.get(to.id);
      if (!own) continue;
      own.state = to.state;
      extend(own, acts, cost);
    }
  }

  #start(id: ConversationId, data: unknown, machines: Machines, startedAt: Millis): void {
    const { definition, machine: hash } = data as EventData['conversation.started'];
    this.#begin(id, definition, machines.byHash(hash), startedAt);
  }

  #begin(id: ConversationId, definition: string, machine: Machine | undefined, startedAt: Millis): void {
    const state = machine ? (flowOf(machine, MAIN).nodes[0]?.state ?? '') : '';
    const begun = { id, definition, machine, startedAt, acts: [], cost: NO_COST, state, end: undefined };
    this.#tellings.set(id, begun);
  }
}

function extend(telling: Telling, acts: readonly Act[], cost: Cost): void {
  telling.cost = sumOf(telling.cost, cost);
  for (const act of acts) {
    telling.acts.push(act);
    if (act.kind === 'ends') telling.end = act.how;
  }
}
