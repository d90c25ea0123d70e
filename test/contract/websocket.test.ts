import { createWebSocketBroker } from '../../runtime/broker/websocket/broker.ts';
import { sharedPulsar } from '../pulsar/shared.ts';
import type { RunningPulsar } from '../pulsar/start.ts';
import { batchPositions } from './batches.ts';
import { brokerContract } from './broker-contract.ts';
import type { OpenDriver } from './driver.ts';

describe('websocket driver on real Pulsar', () => {
  let pulsar: RunningPulsar;

  before(async function () {
    pulsar = await sharedPulsar(this);
  });

  const openDriver: OpenDriver = () =>
    Promise.resolve(createWebSocketBroker({ serviceUrl: pulsar.wsUrl, adminUrl: pulsar.webUrl }));

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
