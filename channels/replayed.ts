/**
 * Extension attribute of an event that is told again, and property of its message: the id of the replay. It happened
 * once already, so whoever acts on events (engine, router, connectors, store) passes over what carries it.
 */
export const REPLAY_ID = 'replayid';

export function isReplayedMessage({ properties }: { readonly properties: Readonly<Record<string, string>> }): boolean {
  return properties[REPLAY_ID] !== undefined;
}

/** Where something between the brokers lost the property. */
export function isReplayedEvent(event: object): boolean {
  return REPLAY_ID in event;
}
