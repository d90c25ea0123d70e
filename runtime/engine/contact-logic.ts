import type { ContactKey } from '../../channels/brands.ts';
import { TARGETED, type Step, type TargetedData } from '../../dsl/step/contract.ts';
import { causeOf, contactOfEvent, outgoing } from '../../dsl/step/outgoing.ts';
import type { LoopLogic } from './loop-logic.ts';
import type { MachineTable } from './machine-table.ts';

export { DATA_INPUTS, MESSAGING_INPUTS } from '../../dsl/step/inputs.ts';

/** The engine's decisions: the pure step, applied to one contact. `sender`: what the company calls itself. */
export function contactLogic(step: Step, machines: MachineTable, sender?: string): LoopLogic {
  const named = sender === undefined ? {} : { sender };
  return {
    ready: (event) => (event.type === TARGETED ? machines.ready((event.data as TargetedData).machine) : undefined),
    contactOf: (event) => event.subject as ContactKey | undefined,
    causeOf,
    onEvent: (event, state, now) => {
      const contact = contactOfEvent(event);
      const result = step(machines.current, state, { kind: 'event', event }, { contact, now, ...named });
      return { state: result.state, emissions: outgoing(result.emissions, contact) };
    },
    onTimer: (contact, timer, state, now) => {
      const result = step(machines.current, state, { kind: 'timer', timer }, { contact, now, ...named });
      return { state: result.state, emissions: outgoing(result.emissions, contact) };
    },
  };
}
