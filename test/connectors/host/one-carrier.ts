import { contactKeyOf } from '../../../channels/contact-key.ts';
import { derivedId } from '../../../connectors/derived-id.ts';
import type { Connector, ConnectorHost, MessageRequest } from '../../../connectors/port.ts';
import type { ConnectorFactory } from '../../../runtime/connectors/host.ts';

/** Takes every message, and states so under an id that follows from the request. */
export function oneCarrier(afterStating: () => void = () => undefined): ConnectorFactory {
  return (host: ConnectorHost): Connector => ({
    name: 'sms',
    schemes: ['tel'],
    routes: [],
    upgrades: [],
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    deliver: async ({ id, data: { message, to } }: MessageRequest) => {
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
