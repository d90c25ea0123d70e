/** What a recorded event is in the changed play, where other things may have happened before it. */
import type { Event } from '../../channels/event.ts';
import type { ConversationState } from '../../dsl/contact.ts';
import { awaitsOf } from '../../dsl/step/awaits.ts';
import { AWAIT_REFUSED, MATCHED, TARGETED, type MatchedData } from '../../dsl/step/contract.ts';
import type { Answers } from './answers.ts';
import type { ContactPlay } from './contact-play.ts';
import type { ReplacedDefinitions } from './replaced.ts';

export interface Here {
  readonly play: ContactPlay;
  readonly replaced: ReplacedDefinitions;
  readonly answers: Answers;
  /** Messages that were requested at the same step as on record: their receipts are on record too. */
  readonly sharedMessages: ReadonlySet<string>;
}

/** Undefined where it is about something that did not happen here. */
export function counterpartOf(event: Event, here: Here): Event | undefined {
  switch (event.type) {
    case TARGETED:
      return here.replaced.retarget(event);
    case 'message.sent':
    case 'message.delivered':
    case 'message.read':
    case 'message.failed':
    case 'message.blocked': {
      const { message } = event.data as { readonly message: string };
      return here.sharedMessages.has(message) ? event : undefined;
    }
    case 'data.received':
    case 'data.failed': {
      const data = event.data as { readonly request: string };
      const request = here.answers.requestOf(data.request);
      return request === undefined ? undefined : { ...event, data: { ...data, request } };
    }
    case 'handoff.taken':
    case 'handoff.replied':
    case 'handoff.returned':
      return inHandoff(event, here);
    case MATCHED:
    case AWAIT_REFUSED:
      return awaited(event, here);
    default:
      return event;
  }
}

/** The desk acts on the hand-off that there is, whichever it is by number. */
function inHandoff(event: Event, here: Here): Event {
  const data = event.data as { readonly conversation: string; readonly handoff?: string };
  const wait = conversationOf(data.conversation, here)?.wait;
  if (wait?.for !== 'handoff' || wait.handoff === undefined || data.handoff === undefined) return event;
  return { ...event, data: { ...data, handoff: wait.handoff } };
}

/** An event comes to what waits for its value, whichever wait that is by number. */
function awaited(event: Event, here: Here): Event | undefined {
  const data = event.data as MatchedData;
  const conversation = conversationOf(data.conversation, here);
  if (!conversation) return undefined;
  const waiting = awaitsOf(conversation).filter(({ values }) =>
    values.some(({ correlation }) => correlation === data.correlation),
  );
  if (event.type === AWAIT_REFUSED || waiting.some(({ id }) => id === data.awaiting)) return event;
  const [found] = waiting;
  return found && { ...event, data: { ...data, awaiting: found.id } };
}

function conversationOf(id: string, { play }: Here): ConversationState | undefined {
  return play.contact?.conversations.find((one) => one.id === id);
}
