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

export class Tellings {
  readonly #tellings = new Map<string, Telling>();

  all(): readonly Told[] {
    return [...this.#tellings.values()];
  }

  get(conversation: string): Told | undefined {
    return this.#tellings.get(conversation);
  }

  add(emissions: readonly OutgoingEmission[], machines: Machines, at: Millis): void {
    for (const { type, data, conversation } of emissions) {
      if (conversation === undefined) continue;
      if (type === 'conversation.started') this.#start(conversation, data, machines, at);
      const telling = this.#tellings.get(conversation);
      if (!telling) continue;
      if (type === 'conversation.advanced') telling.state = (data as EventData['conversation.advanced']).to;
      if (type === 'conversation.waiting') telling.state = (data as EventData['conversation.waiting']).state;
      if (type === 'message.requested')
        telling.cost = sumOf(telling.cost, costOfMessage(data as EventData['message.requested']));
      const act = actOf(type, data);
      if (!act) continue;
      telling.acts.push({ ...act, at, state: telling.state });
      if (act.kind === 'ends') telling.end = act.how;
    }
  }

  #start(id: ConversationId, data: unknown, machines: Machines, startedAt: Millis): void {
    const { definition, machine: hash } = data as EventData['conversation.started'];
    const machine = machines.byHash(hash);
    const state = machine ? (flowOf(machine, MAIN).nodes[0]?.state ?? '') : '';
    const begun = { id, definition, machine, startedAt, acts: [], cost: NO_COST, state, end: undefined };
    this.#tellings.set(id, begun);
  }
}
