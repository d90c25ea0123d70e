import type { ContactKey } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import { TARGETED, type Emission, type Step, type TargetedData } from '../../dsl/step/contract.ts';
import type { LoopLogic, OutgoingEmission } from './loop-logic.ts';
import type { MachineTable } from './machine-table.ts';

/** Events of the messaging channel that a conversation may wait for; what the engine itself requests is not among them. */
export const MESSAGING_INPUTS: ReadonlySet<string> = new Set([
  'message.received',
  'message.sent',
  'message.delivered',
  'message.read',
  'message.failed',
]);

export const DATA_INPUTS: ReadonlySet<string> = new Set(['data.received', 'data.failed']);

/** The engine's decisions: the pure step, applied to one contact. */
export function contactLogic(step: Step, machines: MachineTable): LoopLogic {
  return {
    ready: (event) => (event.type === TARGETED ? machines.ready((event.data as TargetedData).machine) : undefined),
    contactOf: (event) => event.subject as ContactKey | undefined,
    // The targeted event is on no channel: people look for the customer's event that it carries.
    causeOf: (event) => (event.type === TARGETED ? (event.data as TargetedData).event.id : event.id),
    onEvent: (event, state, now) => {
      const contact = contactOfEvent(event);
      const result = step(machines.current, state, { kind: 'event', event }, { contact, now });
      return { state: result.state, emissions: outgoing(result.emissions, contact) };
    },
    onTimer: (contact, timer, state, now) => {
      const result = step(machines.current, state, { kind: 'timer', timer }, { contact, now });
      return { state: result.state, emissions: outgoing(result.emissions, contact) };
    },
  };
}

function contactOfEvent(event: Event): ContactKey {
  if (event.subject === undefined) throw new TypeError(`event ${event.id} of type ${event.type} names no contact`);
  return event.subject as ContactKey;
}

function outgoing(emissions: readonly Emission[], subject: ContactKey): OutgoingEmission[] {
  return emissions.map(({ channel, type, data, conversation }) => ({
    to: channel,
    type,
    data,
    subject,
    ...(conversation === undefined ? {} : { conversation }),
  }));
}
