import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedBroker, type EmbeddedBroker } from '../../runtime/broker/embedded/broker.ts';
import { brokerContract } from './broker-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'parlance-contract-'));

brokerContract(
  'embedded',
  {
    fencing: true,
    dedup: true,
    compaction: true,
    exclusiveProducers: true,
    refusesUnknownTopics: true,
    followers: true,
    trim: (broker) => (broker as EmbeddedBroker).trim(),
  },
  () => createEmbeddedBroker({ folder }),
);

after(() => {
  rmSync(folder, { recursive: true, force: true });
});
