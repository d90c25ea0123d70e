import { answersOf, type Activation } from '../expression/program.ts';
import { objectToCel } from '../expression/values.ts';
import type { DataFailure, Frame } from '../contact.ts';
import type { JsonObject } from '../json.ts';
import { flowOf, type Flow, type Machine, type ValueType } from '../machine.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { topOf } from './frames.ts';

/** The variables of `steps`, made when an expression is reached; many nodes have none. */
export function activationOf(draft: Draft, conversation: ConversationDraft, machine: Machine): Activation {
  const zone = zoneOf(draft, machine);
  const frame = topOf(conversation);
  const flow = flowOf(machine, frame.flow);
  return {
    locale: conversation.locale,
    zone,
    variables: {
      inputs: objectToCel(flow.inputs, frame.inputs),
      vars: objectToCel(flow.vars, frame.vars),
      contact: contactOf(conversation.to, conversation.connector, conversation.locale, zone),
      reply: conversation.reply ? { text: conversation.reply.text, at: new Date(conversation.reply.at) } : {},
      conversation: { id: conversation.id, name: conversation.definition, startedAt: new Date(conversation.startedAt) },
      now: new Date(draft.now),
      ...(frame.data === undefined ? {} : { data: objectToCel(answersOf(flow.sources), frame.data) }),
      ...(frame.failure === undefined ? {} : { failure: failureOf(frame.failure) }),
      ...(frame.result === undefined ? {} : { result: resultOf(machine, flow, frame) }),
    },
  };
}

/** What a data source with inputs of its own sees. */
export function activationOfSource(
  { locale, zone, variables }: Activation,
  inputs: Readonly<Record<string, ValueType>>,
  values: JsonObject,
): Activation {
  const { contact, conversation, now } = variables;
  return { locale, zone, variables: { inputs: objectToCel(inputs, values), contact, conversation, now } };
}

function failureOf({ code, reason, status }: DataFailure): object {
  return { code, reason, ...(status === undefined ? {} : { status: BigInt(status) }) };
}

/** As the flow that returned it declares it. */
function resultOf(machine: Machine, flow: Flow, { at, result = {} }: Frame): object {
  const call = at === undefined ? undefined : flow.nodes[at];
  return call?.op === 'call' ? objectToCel(flowOf(machine, call.flow).vars, result) : {};
}

export function contactOf(address: string, connector: string, locale: string, zone: string): object {
  return { address, connector, locale, zone };
}

export function zoneOf(draft: Draft, machine: Machine): string {
  return draft.state.zone ?? machine.zone;
}
