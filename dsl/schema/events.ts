/** Which events each construct brings about, beside those of what stands inside it. The reference says them. */

/** Of a clock: it is set, runs out, or is not needed any more. */
const CLOCK = ['timer.scheduled', 'timer.fired', 'timer.cancelled'] as const;
const NONE: readonly string[] = [];

/** By the name of the construct's part of the schema; `definition` is the whole. */
export const EVENTS: Readonly<Record<string, readonly string[]>> = {
  definition: [
    ...['conversation.started', 'conversation.completed', 'conversation.failed', 'conversation.expired'],
    ...['conversation.cancelled', ...CLOCK],
  ],
  start: [
    ...['conversation.started', 'conversation.skipped', 'conversation.queued', 'conversation.cancelled'],
    ...['broadcast.recipient-skipped', 'external.rejected'],
  ],
  schedule: ['conversation.started', 'conversation.skipped', 'broadcast.recipient-skipped'],
  step: ['message.requested', 'conversation.advanced', 'conversation.waiting', 'conversation.handed-off', ...CLOCK],
  message: ['message.requested', 'message.sent'],
  texts: NONE,
  reply: ['timer.cancelled'],
  otherwise: NONE,
  silence: ['timer.fired'],
  branch: NONE,
  way: NONE,
  delay: ['conversation.waiting', 'timer.scheduled', 'timer.fired'],
  listen: ['conversation.waiting', ...CLOCK],
  awaitedEvent: NONE,
  set: NONE,
  emit: NONE,
  type: NONE,
  dataSource: ['data.requested', 'data.received', 'data.failed'],
  share: NONE,
  repeat: NONE,
  interrupt: NONE,
  recovery: ['conversation.recovering'],
  lastWords: ['conversation.expired'],
  send: ['message.held', 'message.blocked', ...CLOCK],
  sendWindow: NONE,
  sendCap: NONE,
  stop: ['contact.opted-out', 'conversation.cancelled', 'message.requested'],
  help: ['message.requested'],
  budget: NONE,
  snippet: NONE,
  outcomes: NONE,
  with: NONE,
  update: ['contact.updated'],
};
