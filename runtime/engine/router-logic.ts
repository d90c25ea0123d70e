import type { Event } from '../../channels/event.ts';
import type { EventData } from '../../channels/generated/events.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import { TARGETED, type Route, type TargetedData } from '../../dsl/step/contract.ts';
import { targeted, type OutgoingEmission } from '../../dsl/step/outgoing.ts';
import type { LoopLogic } from './loop-logic.ts';
import type { MachineTable } from './machine-table.ts';

/** Of the channel `broadcasts`, what concerns a contact: a conversation is to start. */
export const RECIPIENT_TARGETED = 'broadcast.recipient-targeted';

/**
 * The router's decisions: one targeted event per definition and contact that an external event concerns, and one for
 * each recipient of a broadcast, which names both already.
 */
export function routerLogic(route: Route, machines: MachineTable): LoopLogic {
  return {
    ready: () => undefined,
    contactOf: () => undefined,
    causeOf: (event) => event.id,
    onEvent: (event) => ({
      state: undefined,
      emissions: event.type === RECIPIENT_TARGETED ? recipient(event) : targeted(event, route(machines.current, event)),
    }),
    onTimer: (_contact, timer) => {
      throw new TypeError(`the router keeps no timers, yet ${timer.id} fired`);
    },
  };
}

/** None for an event of a time when recipients did not name their machine: nobody could start it. */
function recipient(event: Event): readonly OutgoingEmission[] {
  const { definition, machine, to } = event.data as EventData[typeof RECIPIENT_TARGETED];
  if (definition === undefined || machine === undefined) return [];
  const data: TargetedData = { definition, machine, address: to, event };
  return [{ to: 'inbox', type: TARGETED, data, subject: contactKeyOf(to) }];
}
