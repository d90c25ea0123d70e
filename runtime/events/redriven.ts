import type { Message } from '../broker/port.ts';

/** Property of a message that was put aside and is sent again: for whom. Its bytes are those of the first time. */
export const REDRIVEN_FOR = 'redriven_for';

/**
 * Undefined for a message like any other. One that was redriven is taken by whoever could not process it, although its
 * sequence was seen; everybody else has had it.
 */
export function isRedrivenFor({ properties }: Pick<Message, 'properties'>, consumer: string): boolean | undefined {
  const redriven = properties[REDRIVEN_FOR];
  return redriven === undefined ? undefined : redriven === consumer;
}
