import { RECIPIENT_TARGETED, type Route } from '../../dsl/step/contract.ts';
import { recipient, targeted } from '../../dsl/step/outgoing.ts';
import type { LoopLogic } from './loop-logic.ts';
import type { MachineTable } from './machine-table.ts';

/**
 * The router's decisions: one targeted event per definition and contact that an external event concerns, one per value
 * of it for which somebody may wait, and one for each recipient of a broadcast, which names both already.
 */
export function routerLogic(route: Route, machines: Pick<MachineTable, 'current'>): LoopLogic {
  return {
    ready: () => undefined,
    keyOf: () => undefined,
    causeOf: (event) => event.id,
    onEvent: (event) => ({
      state: undefined,
      emissions: event.type === RECIPIENT_TARGETED ? recipient(event) : targeted(event, route(machines.current, event)),
    }),
    onDeadline: (key) => {
      throw new TypeError(`the router keeps no deadlines, yet one of ${key} passed`);
    },
  };
}
