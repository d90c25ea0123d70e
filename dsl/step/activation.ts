import type { Activation } from '../expression/program.ts';
import { objectToCel } from '../expression/values.ts';
import type { Machine } from '../machine.ts';
import type { ConversationDraft, Draft } from './draft.ts';

/** The variables of `steps`, made when an expression is reached; many nodes have none. */
export function activationOf(draft: Draft, conversation: ConversationDraft, machine: Machine): Activation {
  const zone = zoneOf(draft, machine);
  return {
    locale: conversation.locale,
    zone,
    variables: {
      inputs: objectToCel(machine.inputs, conversation.inputs),
      vars: objectToCel(machine.vars, conversation.vars),
      contact: contactOf(conversation.to, conversation.connector, conversation.locale, zone),
      reply: conversation.reply ? { text: conversation.reply.text, at: new Date(conversation.reply.at) } : {},
      conversation: { id: conversation.id, name: conversation.definition, startedAt: new Date(conversation.startedAt) },
      now: new Date(draft.now),
    },
  };
}

export function contactOf(address: string, connector: string, locale: string, zone: string): object {
  return { address, connector, locale, zone };
}

export function zoneOf(draft: Draft, machine: Machine): string {
  return draft.state.zone ?? machine.zone;
}
