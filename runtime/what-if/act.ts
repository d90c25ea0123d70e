/** What a conversation does that people see or systems are told, without the ids and deadlines that no two plays share. */
import type { Millis } from '../../channels/brands.ts';
import type { EventData } from '../../channels/generated/events.ts';
import { isReservedType } from '../../channels/type-name.ts';

export type Act = ActOfKind & {
  readonly at: Millis;
  /** Where the conversation is. */
  readonly state: string;
};

export type ActOfKind =
  | { readonly kind: 'starts'; readonly inputs: string }
  | { readonly kind: 'says'; readonly text: string; readonly choices: readonly string[]; readonly rest: string }
  | { readonly kind: 'waits'; readonly for: string }
  /** A message waits for its time, or is left out. */
  | { readonly kind: 'holds' | 'leaves out'; readonly reason: string }
  | { readonly kind: 'asks'; readonly source: string; readonly request: string }
  | { readonly kind: 'emits'; readonly type: string; readonly data: string }
  | { readonly kind: 'hands off'; readonly queue: string }
  /** `failed` of the definition has its say; or the conversation rests until an operator decides. */
  | { readonly kind: 'recovers' | 'parks'; readonly code: string }
  | { readonly kind: 'ends'; readonly how: string };

type Ends = 'completed' | 'failed' | 'expired' | 'cancelled';

/** Undefined for what only the platform is concerned with: clocks, and how it got from one step to the next. */
export function actOf(type: string, data: unknown): ActOfKind | undefined {
  switch (type) {
    case 'conversation.started':
      return { kind: 'starts', inputs: JSON.stringify((data as EventData['conversation.started']).inputs) };
    case 'message.requested': {
      const { text, choices = [], message, to, step, ...rest } = data as EventData['message.requested'];
      return { kind: 'says', text, choices: choices.map(({ label }) => label), rest: JSON.stringify(rest) };
    }
    case 'message.held':
      return { kind: 'holds', reason: (data as EventData['message.held']).reason };
    case 'message.blocked':
      return { kind: 'leaves out', reason: (data as EventData['message.blocked']).reason };
    case 'conversation.waiting':
      return { kind: 'waits', for: (data as EventData['conversation.waiting']).for };
    case 'data.requested': {
      const request = data as EventData['data.requested'];
      return { kind: 'asks', source: request.source, request: requestKey(request) };
    }
    case 'conversation.handed-off':
      return { kind: 'hands off', queue: (data as EventData['conversation.handed-off']).queue };
    case 'conversation.recovering':
      return { kind: 'recovers', code: (data as EventData['conversation.recovering']).code };
    case 'conversation.parked':
      return { kind: 'parks', code: (data as EventData['conversation.parked']).code };
    case 'conversation.completed':
    case 'conversation.failed':
    case 'conversation.expired':
    case 'conversation.cancelled':
      return {
        kind: 'ends',
        how: endOf(type.slice('conversation.'.length) as Ends, data as Partial<Record<'outcome' | 'code', string>>),
      };
    default:
      return isReservedType(type) ? undefined : { kind: 'emits', type, data: JSON.stringify(data) };
  }
}

function endOf(how: Ends, { outcome = '', code = '' }: Partial<Record<'outcome' | 'code', string>>): string {
  if (how === 'completed') return outcome;
  return how === 'failed' ? `failed: ${code}` : how;
}

/** What the customer's system is asked: the same request gets the same answer, whatever the source is called. */
export function requestKey({ http, arguments: given }: EventData['data.requested']): string {
  return JSON.stringify([http?.method, http?.url, http?.headers, http?.body, given]);
}

/** `stateIn`: the name that a state of the first has in the second. The time is compared apart. */
export function isSameAct(a: Act, b: Act, stateIn: (state: string) => string): boolean {
  const { at: _a, state: stateOfA, ...before } = a;
  const { at: _b, state: stateOfB, ...after } = b;
  if (a.kind === 'waits' && stateIn(stateOfA) !== stateOfB) return false;
  return JSON.stringify(before) === JSON.stringify(after);
}

/** As people read it. */
export function actLine(act: Act | undefined): string {
  switch (act?.kind) {
    case undefined:
      return 'nothing';
    case 'starts':
      return `starts with ${act.inputs}`;
    case 'says':
      return `says "${act.text}"${act.choices.length === 0 ? '' : ` [${act.choices.join(' | ')}]`}`;
    case 'waits':
      return `waits for ${act.for === 'delay' ? 'a delay' : act.for} at ${act.state}`;
    case 'holds':
      return `holds a message: ${act.reason}`;
    case 'leaves out':
      return `leaves out a message: ${act.reason}`;
    case 'asks':
      return `asks ${act.source}: ${act.request}`;
    case 'emits':
      return `emits ${act.type} ${act.data}`;
    case 'hands off':
      return `hands off to ${act.queue}`;
    case 'recovers':
      return `recovers from ${act.code}`;
    case 'parks':
      return `is parked: ${act.code}`;
    case 'ends':
      return `ends: ${act.how}`;
  }
}
