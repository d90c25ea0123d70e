import type { Event } from '../../channels/event.ts';
import type { EventData } from '../../channels/generated/events.ts';
import { RECIPIENT_TARGETED, type Route } from '../../dsl/step/contract.ts';
import { recipient, recipientSkipped, targeted, type OutgoingEmission } from '../../dsl/step/outgoing.ts';
import { FatalInputError } from '../../dsl/step/parking.ts';
import type { StateKey } from '../../dsl/correlation.ts';
import type { LoopLogic } from './loop-logic.ts';
import type { MachineTable } from './machine-table.ts';

/**
 * The router's decisions: one targeted event per definition and contact that an external event concerns, one per value
 * of it for which somebody may wait, and one for each recipient of a broadcast, which names both already: unless its definition was retired meanwhile.
 */
export function routerLogic(route: Route, machines: Pick<MachineTable, 'current' | 'definitions'>): LoopLogic {
  const ofBroadcast = (event: Event): readonly OutgoingEmission[] => {
    const { definition } = event.data as EventData[typeof RECIPIENT_TARGETED];
    const isRetired = definition !== undefined && machines.definitions.get(definition)?.isRetired === true;
    return isRetired ? [recipientSkipped(event, `${definition} is retired`)] : recipient(event);
  };
  return {
    ready: () => undefined,
    keyOf: () => undefined,
    causeOf: (event) => event.id,
    onEvent: (event) => ({
      state: undefined,
      emissions:
        event.type === RECIPIENT_TARGETED ? ofBroadcast(event) : targeted(event, route(machines.current, event)),
    }),
    onFatal: () => {
      throw new FatalInputError();
    },
    basis: () => undefined,
    onDeadline: (key) => noDeadlines(key),
    onTooLarge: ({ key }) => noDeadlines(key),
  };
}

function noDeadlines(key: StateKey): never {
  throw new TypeError(`the router keeps no deadlines, yet one of ${key} passed`);
}
