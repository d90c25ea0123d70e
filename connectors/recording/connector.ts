/**
 * Stands in for a carrier or a mail server: renders messages exactly as they would be sent, records them, and states
 * that they were sent and delivered. What a person would write comes in by HTTP. Nothing leaves the machine.
 */
import type { Connector, ConnectorEvent, ConnectorHost, MessageRequest } from '../port.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import { derivedId } from '../derived-id.ts';
import { RecordedLog } from './log.ts';
import type { Medium } from './medium.ts';
import { recordingRoutes } from './routes.ts';

export function createRecordingConnector(host: ConnectorHost, medium: Medium): Connector {
  const log = new RecordedLog(host.dataFolder);
  return {
    name: medium.name,
    schemes: [medium.scheme],
    routes: recordingRoutes(host, medium, log),
    upgrades: [],
    start() {
      host.log.warn({ connector: medium.name }, `${medium.name}: messages are recorded, nothing is sent to anybody`);
      return Promise.resolve();
    },
    async deliver(request) {
      const { message, to } = request.data;
      const at = new Date(host.now()).toISOString();
      const rendered = medium.render(request.data);
      const number = await log.append(request.id, { direction: 'out', at, address: to, message, ...rendered });
      const { segments } = rendered;
      const sent = { providerId: `recorded-${number}`, ...(segments !== undefined && { segments }) };
      await host.publish('messaging', receipt(request, 'sent', sent));
      await host.publish('messaging', receipt(request, 'delivered'));
    },
    stop: () => log.close(),
  };
}

function receipt(request: MessageRequest, what: 'sent' | 'delivered', details: object = {}): ConnectorEvent {
  const { message, connector, to } = request.data;
  return {
    type: `message.${what}`,
    id: derivedId(what, request.id),
    contact: contactKeyOf(to),
    causationid: request.id,
    ...(request.correlationid !== undefined && { correlationid: request.correlationid }),
    data: { message, connector, to, ...details },
  };
}
