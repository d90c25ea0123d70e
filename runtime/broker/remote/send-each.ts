import type { OutgoingMessage, Producer } from '../port.ts';

/** `sendAll` over a connection, where each message is confirmed on its own. */
export async function sendEach(producer: Pick<Producer, 'send'>, messages: readonly OutgoingMessage[]): Promise<void> {
  await Promise.all(messages.map((message) => producer.send(message)));
}
