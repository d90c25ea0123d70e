import type { MessageId } from '../broker/message-id.ts';
import type { Message } from '../broker/port.ts';
import { sleep, type Clock } from '../clock.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import { deadLetterData, isTooLarge, type DeadLetterTopic } from '../events/dead-letters.ts';

/** Waits between attempts to write a dead letter; doubled up to the maximum. */
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 5_000;

export interface PutAsideOptions {
  readonly deadLetters: Pick<DeadLetterTopic, 'put'>;
  readonly clock: Clock;
  readonly log: { error(fields: object, message: string): void };
  /** Who could not process the message: the loop's source. */
  readonly loop: string;
  readonly stopped: () => boolean;
}

/**
 * Copies an input that cannot be processed, whole, to the dead letter topic, for as long as it takes. Resolves, once it
 * is durable there, with the statement to emit; undefined where `stopped` came first.
 */
export async function putAside(
  options: PutAsideOptions,
  message: Message,
  error: unknown,
): Promise<OutgoingEmission | undefined> {
  const { deadLetters, clock, log, loop, stopped } = options;
  const input = { topic: message.topic, position: message.id };
  log.error({ ...input, err: error }, 'input dead-lettered');
  for (let backoffMs = BACKOFF_FIRST_MS; !stopped(); backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS)) {
    try {
      return statement(message, loop, error, await deadLetters.put(message, loop, error));
    } catch (failure) {
      if (isTooLarge(failure)) {
        // The statement tells where it still is.
        log.error({ ...input, err: failure }, 'a dead letter is too large to be kept: it stays on its own topic only');
        return statement(message, loop, error, undefined);
      }
      if (backoffMs === BACKOFF_FIRST_MS) {
        log.error({ ...input, err: failure }, 'a dead letter cannot be written: trying until it can');
      }
      await sleep(clock, backoffMs);
    }
  }
  return undefined;
}

function statement(
  message: Message,
  loop: string,
  error: unknown,
  deadLetter: MessageId | undefined,
): OutgoingEmission {
  return { to: 'operations', type: 'event.dead-lettered', data: deadLetterData(message, loop, error, deadLetter) };
}
