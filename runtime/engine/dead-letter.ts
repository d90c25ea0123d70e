import { EVENT_PROPERTIES } from '../../channels/encode.ts';
import type { Message } from '../broker/port.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';

/** Puts on record an input that could not be processed, with everything needed to find and redrive it. */
export function deadLetter(message: Message, loop: string, error: unknown): OutgoingEmission {
  const type = message.properties[EVENT_PROPERTIES.type];
  const event = message.properties[EVENT_PROPERTIES.id];
  return {
    to: 'operations',
    type: 'event.dead-lettered',
    data: {
      topic: message.topic,
      messageId: message.id,
      subscription: loop,
      code: error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'input-failed',
      reason: error instanceof Error ? error.message : String(error),
      redeliveries: message.redeliveryCount,
      ...(type === undefined ? {} : { type }),
      ...(event === undefined ? {} : { event }),
    },
  };
}
