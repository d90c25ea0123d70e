import { createWebSocketBroker } from '../../runtime/broker/websocket/broker.ts';
import { pulsarOfSuite } from '../pulsar/of-suite.ts';
import { batchPositions } from './batches.ts';
import { brokerContract } from './broker-contract.ts';
import type { OpenDriver } from './driver.ts';

describe('websocket driver on real Pulsar', () => {
  const pulsar = pulsarOfSuite();
  const openDriver: OpenDriver = () =>
    Promise.resolve(createWebSocketBroker({ serviceUrl: pulsar().wsUrl, adminUrl: pulsar().webUrl }));

  brokerContract(
    'websocket',
    {
      fencing: false,
      dedup: false,
      compaction: false,
      exclusiveProducers: false,
      refusesUnknownTopics: false,
      followers: false,
    },
    openDriver,
  );
  batchPositions(openDriver);
});
