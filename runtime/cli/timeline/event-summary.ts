import type { StoredEvent } from '../../store/stored-event.ts';

type Data = Readonly<Record<string, unknown>>;

/** What an event says, in a few words; its data as it is where nobody has said which matter. */
export function summaryOf({ type, data: text, time }: Pick<StoredEvent, 'type' | 'data' | 'time'>): string {
  const data = dataOf(text);
  switch (type) {
    case 'conversation.started':
      return words(data['definition'], data['version'], 'on', data['connector'], 'to', data['to']);
    case 'conversation.advanced':
      return `${words(data['from'], '→', data['to'])} (${words(data['reason'])})`;
    case 'conversation.waiting':
      return words('in', data['state'], 'for', data['for']);
    case 'conversation.completed':
      return words(data['outcome']);
    case 'message.received':
      return quoted(data['text']);
    case 'message.requested':
      return words(quoted(data['text']), 'to', data['to']);
    case 'message.sent':
    case 'message.delivered':
    case 'message.read':
      return words(shortMessage(data['message']), 'by', data['connector']);
    case 'timer.scheduled':
      return words(data['timer'], 'in', lasting(Date.parse(String(data['due'])) - Date.parse(time)));
    case 'timer.fired':
    case 'timer.cancelled':
      return words(data['timer']);
    case 'data.requested':
      return words(data['source']);
    default:
      return data['code'] === undefined ? text : words(shortMessage(data['message']), data['code'], data['reason']);
  }
}

/** `90 s`, `5 min`, `3 h 20 min`, `2 d 4 h`: as exactly as a person reads it. */
export function lasting(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return '?';
  if (milliseconds < 1_000) return `${milliseconds.toString()} ms`;
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 120) return `${seconds.toString()} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes.toString()} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return pair(hours, 'h', minutes % 60, 'min');
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large.toString()} ${unit}` : `${large.toString()} ${unit} ${small.toString()} ${smallUnit}`;
}

function dataOf(text: string): Data {
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  return typeof value === 'object' && value !== null ? (value as Data) : {};
}

function quoted(text: unknown): string {
  return typeof text === 'string' ? `"${text.replaceAll(/\s+/g, ' ')}"` : '';
}

/** `v-75ea…/m2` → `m2`: the conversation is known. */
function shortMessage(message: unknown): string {
  return typeof message === 'string' ? message.slice(message.lastIndexOf('/') + 1) : '';
}

function words(...parts: readonly unknown[]): string {
  return parts
    .filter((part) => typeof part === 'string' && part !== '')
    .map(String)
    .join(' ');
}
