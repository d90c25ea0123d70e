import { contactKeyOf } from '../../channels/contact-key.ts';
import type { ContactKey } from '../../channels/brands.ts';
import type { EventOf } from '../../channels/generated/events.ts';
import { derivedId } from '../../connectors/derived-id.ts';
import type { Connector, ConnectorHost, Gateway } from '../../connectors/port.ts';
import type { Connection } from './peer.ts';

interface Delivery {
  readonly to: string;
  readonly text: string;
  attempts: number;
}

/** The outside world behind the connectors: a carrier that people get their messages from, and a shop that answers. */
export class Outside {
  isAway = false;
  /** Idempotency key → how often it was asked for, what was handed over. */
  readonly deliveries: Map<string, Delivery> = new Map();
  readonly questions: Map<string, number> = new Map();

  deliver(id: string, to: string, text: string): void {
    if (this.isAway) throw new Error('the simulated carrier does not answer');
    const known = this.deliveries.get(id);
    if (!known) this.deliveries.set(id, { to, text, attempts: 1 });
    else if (known.to !== to || known.text !== text) throw new Error(`two different messages have the id ${id}`);
    else known.attempts += 1;
  }

  answer(id: string): object {
    if (this.isAway) throw new Error('the simulated shop does not answer');
    this.questions.set(id, (this.questions.get(id) ?? 0) + 1);
    return { status: 'packed' };
  }
}

export const CARRIER = 'webchat';

export function carrierConnector(host: ConnectorHost, outside: Outside, connection: Connection): Connector {
  return {
    name: CARRIER,
    schemes: [CARRIER],
    routes: [],
    upgrades: [],
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    async deliver(request) {
      const { message, connector, to, text } = request.data;
      await connection.call('deliver', () => {
        outside.deliver(request.id, to, text);
      });
      await host.publish('messaging', {
        type: 'message.sent',
        id: derivedId('sent', request.id),
        contact: contactKeyOf(to),
        causationid: request.id,
        ...(request.correlationid !== undefined && { correlationid: request.correlationid }),
        data: { message, connector, to },
      });
    },
  };
}

export function shopConnector(host: ConnectorHost, outside: Outside, connection: Connection): Gateway {
  return {
    name: 'shop',
    routes: [],
    upgrades: [],
    follows: [
      {
        channel: 'data',
        types: ['data.requested'],
        remembered: true,
        lane: ({ id }) => id,
        async take(event) {
          const { id, subject, correlationid, data } = event as EventOf<'data.requested'>;
          const value = await connection.call('question', () => outside.answer(id));
          const { request, source } = data;
          await host.publish('data', {
            type: 'data.received',
            id: derivedId('answer', id),
            contact: subject as ContactKey,
            causationid: id,
            ...(correlationid !== undefined && { correlationid }),
            data: { request, source, value, status: 200, attempts: 1 },
          });
        },
      },
    ],
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
}
