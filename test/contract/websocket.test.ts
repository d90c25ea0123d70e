import { createWebSocketBroker } from '../../runtime/broker/websocket/broker.ts';
import { sharedPulsar } from '../pulsar/shared.ts';
import type { RunningPulsar } from '../pulsar/start.ts';
import { brokerContract } from './broker-contract.ts';

describe('websocket driver on real Pulsar', () => {
  let pulsar: RunningPulsar;

  before(async function () {
    pulsar = await sharedPulsar(this);
  });

  brokerContract(
    'websocket',
    { fencing: false, dedup: false, compaction: false, exclusiveProducers: false, refusesUnknownTopics: false },
    () => Promise.resolve(createWebSocketBroker({ serviceUrl: pulsar.wsUrl, adminUrl: pulsar.webUrl })),
  );
});
