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
]);

export const DATA_INPUTS: ReadonlySet<string> = new Set(['data.received', 'data.failed']);
