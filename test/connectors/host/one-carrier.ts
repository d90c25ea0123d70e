import { contactKeyOf } from '../../../channels/contact-key.ts';
import { derivedId } from '../../../connectors/derived-id.ts';
import type { Connector, ConnectorHost, MessageRequest } from '../../../connectors/port.ts';
import type { ConnectorFactory } from '../../../runtime/connectors/host.ts';

/** An SMS carrier: a message is sent once `handOver` resolves, and stated as such under an id that follows from it. */
export function oneCarrier(
  handOver: (request: MessageRequest) => Promise<void> | void = () => undefined,
  afterStating: () => void = () => undefined,
): ConnectorFactory {
  return (host: ConnectorHost): Connector => ({
    name: 'sms',
    schemes: ['tel'],
    routes: [],
    upgrades: [],
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    deliver: async (request) => {
      const { id, data } = request;
      const { message, to } = data;
      await handOver(request);
      await host.publish('messaging', {
        type: 'message.sent',
        id: derivedId('sent', id),
        contact: contactKeyOf(to),
        causationid: id,
        data: { message, connector: 'sms', to },
      });
      afterStating();
    },
  });
}
