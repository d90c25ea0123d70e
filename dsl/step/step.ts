import type { Address, Millis } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { EventData } from '../../channels/generated/events.ts';
import type { DataFailure } from '../contact.ts';
import type { Json } from '../json.ts';
import {
  AWAIT_REFUSED,
  MATCHED,
  RECIPIENT_TARGETED,
  TARGETED,
  type AwaitRefusedData,
  type Machines,
  type MatchedData,
  type Step,
  type TargetedData,
} from './contract.ts';
import { announceAwaits } from './awaits.ts';
import { startQueued } from './begin.ts';
import { startsOf } from './catalogue.ts';
import { startFromBroadcast } from './broadcast.ts';
import { deadlinePassed } from './deadline.ts';
import { describePerson } from './describe.ts';
import { Draft, ownTimeOf } from './draft.ts';
import { dataAnswered } from './fetch.ts';
import { finish } from './finish.ts';
import { handoffReplied, handoffReturned, handoffTaken, type HandoffEvent } from './handoff.ts';
import { receiveMessage, type IncomingMessage } from './incoming.ts';
import { awaitRefused, eventMatched, takeSetAside } from './matched.ts';
import { migrate } from './migrate.ts';
import { passTime } from './pass-time.ts';
import { messageDelivered, messageSent, messageUndeliverable } from './receipts.ts';
import { startFromEvent } from './start.ts';
import type { ContactChange } from './update.ts';

/**
 * See `Step`. Events of types that concern no conversation change nothing. Trusts the shapes of events, which were
 * validated where they came in. Throws only for a bug of ours or a machine that is missing: see parking.ts.
 */
export const step: Step = (machines, state, input, context) => {
  const draft = new Draft(state, context);
  draft.isCounting = startsOf(machines).hasCap;
  if (input.kind === 'timer') deadlinePassed(machines, draft, input.timer);
  else apply(machines, draft, input.event);
  takeSetAside(machines, draft);
  startQueued(machines, draft);
  announceAwaits(draft);
  return draft.result();
};

function apply(machines: Machines, draft: Draft, event: Event): void {
  switch (event.type) {
    case 'message.received': {
      const { connector, from, text, providerId } = event.data as Omit<IncomingMessage, 'id'>;
      receiveMessage(machines, draft, { id: event.id, connector, from, text, providerId });
      return;
    }
    case 'message.sent':
      messageSent(draft, (event.data as Receipt).message, momentOf(event, draft));
      return;
    case 'message.delivered':
      messageDelivered(draft, (event.data as Receipt).message, momentOf(event, draft));
      return;
    case 'message.failed': {
      const { message, reason, permanent } = event.data as Receipt & { reason: string; permanent: boolean };
      if (permanent) messageUndeliverable(machines, draft, message, reason);
      return;
    }
    case 'message.blocked': {
      const { message, reason } = event.data as Receipt & { reason: string };
      messageUndeliverable(machines, draft, message, reason);
      return;
    }
    case 'data.received': {
      const { request, value } = event.data as { request: string; value: Json };
      dataAnswered(machines, draft, request, { value });
      return;
    }
    case 'data.failed': {
      const { request, code, reason, status } = event.data as DataFailure & { request: string };
      const failure = { code, reason, ...(status === undefined ? {} : { status }) };
      dataAnswered(machines, draft, request, { failure });
      return;
    }
    case 'handoff.taken':
      handoffTaken(draft, event.data as HandoffEvent);
      return;
    case 'handoff.replied':
      handoffReplied(machines, draft, event.data as HandoffEvent & { text: string });
      return;
    case 'handoff.returned':
      handoffReturned(machines, draft, event.data as HandoffEvent & { outcome: 'returned' | 'nobody' });
      return;
    case 'conversation.cancel-requested':
      cancel(draft, event.data as EventData['conversation.cancel-requested']);
      return;
    case 'conversation.migration-requested':
      migrate(machines, draft, event.data as EventData['conversation.migration-requested']);
      return;
    case 'probe.person-described':
      describePerson(draft, event.id, event.data as ContactChange);
      return;
    case 'probe.time-requested':
      passTime(draft, event.id, (event.data as EventData['probe.time-requested']).ms);
      return;
    case TARGETED:
      startTargeted(machines, draft, event.data as TargetedData);
      return;
    case MATCHED:
      eventMatched(machines, draft, event.data as MatchedData);
      return;
    case AWAIT_REFUSED:
      awaitRefused(machines, draft, event.data as AwaitRefusedData);
      return;
    default:
  }
}

function startTargeted(machines: Machines, draft: Draft, data: TargetedData): void {
  if (data.event.type === RECIPIENT_TARGETED) startFromBroadcast(machines, draft, data);
  else startFromEvent(machines, draft, data);
}

/** An operator ends it, parked or not. */
function cancel(draft: Draft, { conversation: id, reason }: EventData['conversation.cancel-requested']): void {
  const conversation = draft.conversations.find((candidate) => candidate.id === id);
  if (conversation) finish(draft, conversation, 'conversation.cancelled', { reason });
}

interface Receipt {
  readonly message: string;
  readonly to: Address;
}

function momentOf({ time }: Event, { now, state }: Draft): Millis {
  const millis = Date.parse(time);
  return Number.isNaN(millis) ? now : ownTimeOf(state, millis as Millis);
}
