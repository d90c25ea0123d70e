import type { StoredEvent } from '../../store/stored-event.ts';

/** What is to be known of a conversation at a glance: columns of the view `conversations`. */
export interface ConversationHead {
  readonly conversation: string;
  readonly contact: string;
  readonly definition: string;
  readonly version: string;
  readonly status: string;
  readonly outcome: string;
  readonly state: string;
  /** Null where its beginning is not stored. */
  readonly started: string | null;
  readonly ended: string | null;
  readonly messages_out: number;
}

const ENDS: ReadonlySet<string> = new Set(
  ['completed', 'failed', 'expired', 'cancelled'].map((how) => `conversation.${how}`),
);

/**
 * From all the events of one conversation, of which there are some. The view says the same, but looks at every message
 * that ever came in to tell how long replies took: a second and more in a large store.
 */
export function conversationHead(own: readonly StoredEvent[]): ConversationHead {
  const events = own.toSorted((one, other) => one.time.localeCompare(other.time) || one.sequence - other.sequence);
  const steps = events.filter(({ channel }) => channel === 'conversations');
  const started = events.find(({ type }) => type === 'conversation.started');
  const machines = events.map((event) => {
    if (event.type === 'conversation.started') return textIn(event, 'machine');
    return event.type === 'conversation.migrated' ? textIn(event, 'to') : '';
  });
  const status = steps.findLast(({ type }) => type !== 'conversation.advanced' && !type.startsWith(MIGRATIONS));
  const states = steps.map((event) => textIn(event, event.type === 'conversation.advanced' ? 'to' : 'state'));
  return {
    conversation: own[0]?.conversation ?? '',
    contact: events.find(({ contact }) => contact !== '')?.contact ?? '',
    definition: textIn(started, 'definition'),
    version: (machines.findLast((machine) => machine !== '') ?? '').slice('sha256:'.length).slice(0, 8),
    status: (status?.type ?? '').replace('conversation.', ''),
    outcome: textIn(
      events.findLast(({ type }) => type === 'conversation.completed'),
      'outcome',
    ),
    state: states.findLast((state) => state !== '') ?? '',
    started: started?.time ?? null,
    ended: events.findLast(({ type }) => ENDS.has(type))?.time ?? null,
    messages_out: new Set(events.filter(({ type }) => type === 'message.requested').map(({ id }) => id)).size,
  };
}

/** `conversation.migrated` and `conversation.migration-refused`. */
const MIGRATIONS = 'conversation.migrat';

function textIn(event: StoredEvent | undefined, field: string): string {
  if (event === undefined || event.data === '') return '';
  const value = (JSON.parse(event.data) as Readonly<Record<string, unknown>> | null)?.[field];
  return typeof value === 'string' ? value : '';
}
