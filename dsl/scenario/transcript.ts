/** A dialogue as people read it: what was done, indented below it what people saw and systems were told. */
import type { Event } from '../../channels/event.ts';
import { isReservedType } from '../../channels/type-name.ts';
import type { Action } from './scenario.ts';

export function actionLine(action: Action): string {
  const who = 'person' in action && action.person.name !== '' ? `${action.person.name}: ` : '';
  switch (action.do) {
    case 'event':
      return `> event ${action.type} ${JSON.stringify(action.data)}`;
    case 'reply':
      return `> ${who}${action.from === undefined ? '' : `(${action.from}) `}${action.text}`;
    case 'receive':
      return `> ${who}receive ${action.type}`;
    case 'advance':
      return `> advance ${action.text}`;
    case 'broadcast':
      return `> ${who}broadcast ${action.definition}`;
    case 'schedule':
      return `> ${who}schedule ${[action.definition, action.list, action.at].filter((part) => part !== undefined).join(' ')}`;
    case 'agent':
      return `> agent ${action.type} ${JSON.stringify(action.data)}`;
    case 'answer':
      return `> data ${JSON.stringify(action.answers)}`;
  }
}

/** Undefined for what belongs in no transcript: receipts, timers, what the person or the customer said themselves. */
export function eventLine({ type, data, causationid }: Event): string | undefined {
  const fields = data as Readonly<Record<string, unknown>>;
  switch (type) {
    case 'message.requested': {
      const { text, choices } = fields as { text: string; choices?: readonly { label: string }[] };
      return `  says ${text}${choices ? ` [${choices.map(({ label }) => label).join(' | ')}]` : ''}`;
    }
    case 'message.held':
      return `  holds a message until ${String(fields['until'])}: ${String(fields['reason'])}`;
    case 'message.blocked':
      return `  leaves out a message: ${String(fields['reason'])}`;
    case 'conversation.completed':
      return `  ends ${String(fields['outcome'])}`;
    case 'conversation.failed':
      return `  fails ${String(fields['code'])}: ${String(fields['reason'])}`;
    case 'conversation.expired':
    case 'conversation.cancelled':
      return `  ${type.slice('conversation.'.length)}`;
    case 'conversation.handed-off':
      return `  hands off to ${String(fields['queue'])}`;
    case 'external.rejected':
      return `  rejects ${String(fields['type'])}: ${String(fields['reason'])}`;
    default:
      return isEmitted(type, causationid) ? `  emits ${type} ${JSON.stringify(data)}` : undefined;
  }
}

/** An event of the customer's own type that a conversation stated. */
export function isEmitted(type: string, causationid: string | undefined): boolean {
  return causationid !== undefined && !isReservedType(type);
}
