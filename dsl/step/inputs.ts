import { AWAITED, AWAITED_NO_MORE, AWAIT_REFUSED, CORRELATED, KEPT_LEFT, MATCHED, TARGETED } from './contract.ts';

/** Which events of a contact's own channels a step is asked about; what it requested itself is not among them. */
export const MESSAGING_INPUTS: ReadonlySet<string> = new Set([
  'message.received',
  'message.sent',
  'message.delivered',
  'message.read',
  'message.failed',
  'handoff.taken',
  'handoff.replied',
  'handoff.returned',
  'conversation.resume-requested',
  'conversation.cancel-requested',
  'conversation.migration-requested',
  'probe.person-described',
  'probe.time-requested',
]);

export const DATA_INPUTS: ReadonlySet<string> = new Set(['data.received', 'data.failed']);

/** What comes to a value of events, in the inbox. */
export const CORRELATION_INPUTS: ReadonlySet<string> = new Set([CORRELATED, AWAITED, AWAITED_NO_MORE]);

/** Types of the inbox, which are on no channel. */
export const INBOX_INPUTS: ReadonlySet<string> = new Set([
  TARGETED,
  MATCHED,
  AWAIT_REFUSED,
  KEPT_LEFT,
  ...CORRELATION_INPUTS,
]);
