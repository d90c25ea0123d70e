import { contactKeyOf, parseAddress } from '../../channels/contact-key.ts';
import { TARGETED, type Route, type RouteResult, type TargetedData } from '../../dsl/step/contract.ts';
import type { Event } from '../../channels/event.ts';
import type { LoopLogic, OutgoingEmission } from './loop-logic.ts';
import type { MachineTable } from './machine-table.ts';

/** The router's decisions: one targeted event per definition and contact that an external event concerns. */
export function routerLogic(route: Route, machines: MachineTable): LoopLogic {
  return {
    ready: () => undefined,
    contactOf: () => undefined,
    causeOf: (event) => event.id,
    onEvent: (event) => ({
      state: undefined,
      emissions: route(machines.current, event).map((result) => emissionFor(event, result)),
    }),
    onTimer: (_contact, timer) => {
      throw new TypeError(`the router keeps no timers, yet ${timer.id} fired`);
    },
  };
}

function emissionFor(event: Event, result: RouteResult): OutgoingEmission {
  const { name, hash } = result.machine;
  if (result.kind === 'rejected') return rejection(event, name, result.reason);
  try {
    const address = parseAddress(result.address);
    const data: TargetedData = { definition: name, machine: hash, address, event };
    return { to: 'inbox', type: TARGETED, data, subject: contactKeyOf(address) };
  } catch (error) {
    return rejection(event, name, error instanceof Error ? error.message : String(error));
  }
}

function rejection(event: Event, definition: string, reason: string): OutgoingEmission {
  return {
    to: 'external',
    type: 'external.rejected',
    data: { event: event.id, type: event.type, reason, definition },
  };
}
