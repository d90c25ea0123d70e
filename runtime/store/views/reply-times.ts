/** How long people took to reply and the company to answer: array expressions over all events of one conversation. */
import type { Databases } from './view.ts';

/**
 * Events `e`, each with the person's message `r` that caused it. Messages of people are of no conversation: which one
 * takes them is decided later. So they stand together at the beginning of the table.
 */
export function withReplies({ tables }: Databases): string {
  return `${tables}.events AS e GLOBAL LEFT ANY JOIN (
    SELECT tenant, id, time FROM ${tables}.events WHERE conversation = '' AND type = 'message.received'
  ) AS r ON e.tenant = r.tenant AND e.causation = r.id`;
}

/** Messages of ours that were sent: time, message. */
const SENT = "groupUniqArrayIf((e.time, e.message), e.type = 'message.sent')";

/** What replies made us want to send: reply, message. */
const ANSWERS = "groupUniqArrayIf((r.id, e.message), e.type = 'message.requested' AND r.id != '')";

/** What the person wrote: time, id. */
export const REPLIES = "arraySort(groupUniqArrayIf((r.time, r.id), r.id != ''))";

/** When the newest message was sent before a `reply`; NULL where there is none. */
export const ASKED: string = `arrayMax(arrayMap(sent -> if(sent.1 < reply.1, sent.1, NULL), ${SENT}))`;

/** When the first message was sent that a `reply` made us send; NULL where there is none. */
export const ANSWERED: string = `arrayMin(arrayMap(sent -> if(has(${ANSWERS}, (reply.2, sent.2)), sent.1, NULL), ${SENT}))`;

const times = (from: string, to: string): string =>
  `arrayFilter(ms -> ms IS NOT NULL, arrayMap(reply -> dateDiff('millisecond', ${from}, ${to}), ${REPLIES}))`;

/** From what we sent to the reply. */
export const PERSON_TIMES: string = times(ASKED, 'reply.1');

/** From the reply to what we sent because of it. */
export const COMPANY_TIMES: string = times('reply.1', ANSWERED);
