/**
 * People who do not exist, in every platform: what conversations say to them is taken and goes to nobody. Tests of a
 * running platform write as them (docs/black-box.md). Nothing is kept here, so any process can serve it.
 */
import { contactKeyOf, PROBE_SCHEME } from '../../channels/contact-key.ts';
import { derivedId } from '../derived-id.ts';
import type { Connector, ConnectorEvent, ConnectorHost, MessageRequest } from '../port.ts';
import { probeRoutes, type ProbeRules } from './routes.ts';

/** An address that ends so gets no receipts but those that the test states: `probe:4f1c.1.by-hand`. */
const BY_HAND = /\.by-hand$/;

/** And one that ends so no receipt that it was delivered, which not every carrier gives: `probe:4f1c.1.sent-only`. */
const SENT_ONLY = /\.sent-only$/;

export function createProbeConnector(host: ConnectorHost, rules: ProbeRules = { timePasses: false }): Connector {
  return {
    name: PROBE_SCHEME,
    schemes: [PROBE_SCHEME],
    routes: probeRoutes(host, rules),
    upgrades: [],
    start: () => Promise.resolve(),
    async deliver(request) {
      if (BY_HAND.test(request.data.to)) return;
      await host.publish('messaging', receipt(request, 'sent'));
      if (!SENT_ONLY.test(request.data.to)) await host.publish('messaging', receipt(request, 'delivered'));
    },
    stop: () => Promise.resolve(),
  };
}

function receipt(request: MessageRequest, what: 'sent' | 'delivered'): ConnectorEvent {
  const { message, connector, to } = request.data;
  return {
    type: `message.${what}`,
    id: derivedId(what, request.id),
    contact: contactKeyOf(to),
    causationid: request.id,
    ...(request.correlationid !== undefined && { correlationid: request.correlationid }),
    data: { message, connector, to },
  };
}
