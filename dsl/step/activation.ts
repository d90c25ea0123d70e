import { apparentConnector } from '../../channels/contact-key.ts';
import { answersOf, type Activation } from '../expression/program.ts';
import { conform, objectToCel, ValueError } from '../expression/values.ts';
import type { DataFailure, Frame, Written } from '../contact.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Flow } from '../machine/flow.ts';
import { flowOf, type Machine } from '../machine/machine.ts';
import type { ValueType } from '../machine/value-types.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { eventVariable } from './event-variable.ts';
import { topOf } from './frames.ts';
import type { Turn } from './turn.ts';

/** The variables of `steps`, made when an expression is reached; many nodes have none. */
export function activationOf({
  draft,
  conversation,
  machine,
  event,
}: Pick<Turn, 'draft' | 'conversation' | 'machine' | 'event'>): Activation {
  const zone = zoneOf(draft, machine);
  const frame = topOf(conversation);
  const flow = flowOf(machine, frame.flow);
  return {
    locale: conversation.locale,
    zone,
    variables: {
      inputs: objectToCel(flow.inputs, frame.inputs),
      vars: objectToCel(flow.vars, frame.vars),
      contact: contactOf(draft, machine, conversation, zone),
      reply: writtenOf(conversation.reply),
      opening: writtenOf(conversation.opening),
      conversation: { id: conversation.id, name: conversation.definition, startedAt: new Date(conversation.startedAt) },
      now: new Date(draft.now),
      ...(frame.data === undefined ? {} : { data: objectToCel(answersOf(flow.sources), frame.data) }),
      ...(frame.failure === undefined ? {} : { failure: failureOf(frame.failure) }),
      ...(event === undefined ? {} : { event: eventVariable(event, machine) }),
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

/** Without one it has no fields, so that `has` tells. */
function writtenOf(written: Written | undefined): object {
  return written ? { text: written.text, at: new Date(written.at) } : {};
}

function failureOf({ code, reason, status }: DataFailure): object {
  return { code, reason, ...(status === undefined ? {} : { status: BigInt(status) }) };
}

/** As the flow that returned it declares it. */
function resultOf(machine: Machine, flow: Flow, { at, result = {} }: Frame): object {
  const call = at === undefined ? undefined : flow.nodes[at];
  return call?.op === 'call' ? objectToCel(flowOf(machine, call.flow).vars, result) : {};
}

/** `contact` as expressions see it. */
export function contactOf(
  draft: Draft,
  { attributes = {} }: Machine,
  { to: address, connector, locale }: Pick<ConversationDraft, 'to' | 'connector' | 'locale'>,
  zone: string,
): object {
  const own = objectToCel(attributes, known(attributes, draft.state.attributes));
  return { address, connector: apparentConnector(connector, address), locale, zone, ...own };
}

/** What was kept under another declaration and does not fit this one is not known. */
function known(declared: Readonly<Record<string, ValueType>>, kept: JsonObject = {}): JsonObject {
  const values: Record<string, Json> = {};
  for (const [name, type] of Object.entries(declared)) {
    const value = kept[name] ?? type.default;
    if (value !== undefined && fits(type, value, name)) values[name] = value;
  }
  return values;
}

function fits(type: ValueType, value: Json, name: string): boolean {
  try {
    conform(type, value, name);
    return true;
  } catch (error) {
    if (error instanceof ValueError) return false;
    throw error;
  }
}

export function zoneOf(draft: Draft, machine: Machine): string {
  return draft.state.zone ?? machine.zone;
}
