/** What came from outside, as a scenario says it. */
import type { Event } from '../../../channels/event.ts';
import { isReservedType } from '../../../channels/type-name.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Action, AgentEvent, Person } from '../scenario.ts';

const RECEIPTS: readonly string[] = ['message.sent', 'message.delivered', 'message.read', 'message.failed'];
const AGENT_EVENTS: readonly string[] = ['handoff.taken', 'handoff.replied', 'handoff.returned'];

export function isAction(type: string): boolean {
  return type === 'message.received' || RECEIPTS.includes(type) || AGENT_EVENTS.includes(type);
}

/** Undefined for what no scenario can do: an operator, a migration. */
export function actionOf({ type, data }: Event, person: Person): Action | undefined {
  const fields = data as JsonObject;
  if (type === 'message.received') {
    const { text = '', from } = fields as { readonly text?: string; readonly from?: string };
    const isOther = from !== undefined && from !== person.addresses[0];
    return { do: 'reply', person, text, ...(isOther ? { from } : {}) };
  }
  if (RECEIPTS.includes(type)) {
    const { message: _, connector: _connector, to: _to, providerId: _id, ...details } = fields;
    return { do: 'receive', person, type, data: details };
  }
  if (AGENT_EVENTS.includes(type)) {
    const { conversation: _, handoff: _handoff, ...details } = fields;
    return { do: 'agent', type: type as AgentEvent, data: details };
  }
  if (type === 'broadcast.recipient-targeted') return targeted(fields, person);
  return isReservedType(type) ? undefined : { do: 'event', type, data: data as Json };
}

function targeted(fields: JsonObject, person: Person): Action | undefined {
  const {
    definition,
    inputs = {},
    schedule,
  } = fields as {
    readonly definition?: string;
    readonly inputs?: JsonObject;
    readonly schedule?: { readonly list: string; readonly at: string };
  };
  if (definition === undefined) return undefined;
  if (!schedule) return { do: 'broadcast', person, definition, inputs };
  return { do: 'schedule', person, definition, list: schedule.list, at: schedule.at, inputs };
}
