/** What runs do with events: bring messages to their connector, or let a connector follow a channel. */
import type { CatalogueEvent } from '../../channels/generated/events.ts';
import { checkEvent } from '../../channels/validate.ts';
import type { ConnectorLog, Follow, MessageRequest } from '../../connectors/port.ts';
import { BrokerError } from '../broker/errors.ts';
import type { Message } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { DeadLetterHandler } from '../events/dead-letters.ts';
import type { AppliedTable } from './applied-table.ts';
import type { Courier } from './courier.ts';
import { FIRST_RETRY_MS, MAX_ATTEMPTS, MOST_RETRY_MS } from './limits.ts';
import type { Errand } from './partition-run.ts';
import { backoff, type StopSignal } from './stop-signal.ts';
import type { Tally } from './tally.ts';

export interface MessageErrandOptions {
  readonly subscription: string;
  readonly courier: Courier;
  readonly table: AppliedTable;
  readonly clock: Clock;
  readonly deadLetter: DeadLetterHandler;
  /** Whether requests for the connector of this name are this run's. */
  readonly serves: (connector: string) => boolean;
  /** Nobody serves them: each is remembered, so that a connector added later leaves it alone. */
  readonly unserved: boolean;
}

export function messageErrand(options: MessageErrandOptions): Errand {
  const { courier, table, clock, serves, unserved, deadLetter, subscription } = options;
  return {
    types: new Set(['message.requested']),
    isOurs: (event) => serves(requestOf(event).data.connector) && !table.isUnserved(event.id),
    lane: (event) => event.partitionkey ?? (event as MessageRequest).data.to,
    bring: (event, message) =>
      courier.bring(event as MessageRequest, (cause) => deadLetter(message, subscription, cause)),
    ...(unserved && { recordSettled: (event: CatalogueEvent) => table.recordUnserved(event.id, clock.now()) }),
  };
}

/** With what the host itself relies on: somebody may have put it there past our edge. Throws MalformedEventError. */
function requestOf(event: CatalogueEvent): MessageRequest {
  const { data } = event as { readonly data?: Partial<MessageRequest['data']> };
  if (typeof data?.connector !== 'string' || typeof data.to !== 'string') checkEvent(event, 'messaging');
  return event as MessageRequest;
}

export interface FollowErrandOptions {
  readonly follow: Follow;
  readonly subscription: string;
  readonly clock: Clock;
  readonly signal: StopSignal;
  readonly log: ConnectorLog;
  readonly tally: Tally;
  readonly deadLetter: DeadLetterHandler;
}

export function followErrand(options: FollowErrandOptions): Errand {
  const { follow } = options;
  return {
    types: new Set(follow.types),
    isOurs: () => true,
    lane: follow.lane ?? ((event) => event.partitionkey ?? event.id),
    bring: (event, message) => take(options, event, message),
  };
}

/** Again and again, until it is taken, or put aside as something that never will be. */
async function take(options: FollowErrandOptions, event: CatalogueEvent, message: Message): Promise<boolean> {
  const { follow, subscription, clock, signal, log, tally, deadLetter } = options;
  let attempts = 0;
  for (let failures = 1; !signal.isStopped(); failures++) {
    try {
      await follow.take(event, signal.signal);
      tally.delivered++;
      return true;
    } catch (error) {
      if (signal.signal.aborted) return false;
      // What the broker does not take is tried until it does: that is not the event's fault.
      if (!(error instanceof BrokerError)) attempts++;
      const fields = { err: error, event: event.id, type: event.type, subscription, failures };
      if (attempts >= MAX_ATTEMPTS) {
        log.error(fields, 'a connector does not take an event; put aside');
        const kept = await deadLetter(message, subscription, error).then(
          () => true,
          () => false,
        );
        if (kept) {
          tally.failed++;
          return true;
        }
      }
      tally.retried++;
      log.warn(fields, 'a connector did not take an event; it is tried again');
      await signal.pause(clock, backoff(failures, FIRST_RETRY_MS, MOST_RETRY_MS));
    }
  }
  return false;
}
