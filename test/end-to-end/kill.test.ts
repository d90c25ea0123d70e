import { expect } from 'chai';
import { join } from 'node:path';
import type { TenantName } from '../../channels/brands.ts';
import { createEmbeddedBroker } from '../../runtime/broker/embedded/broker.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { KilledConversations, storedKeys } from './kills.ts';
import { expectEqualToChannels } from './stored-against-channels.ts';

const PEOPLE = 200;
const KILLS = 20;

/** On a real Pulsar: see real-pulsar.test.ts. */
describe(`${KILLS} kills of the whole process during ${PEOPLE} conversations`, function () {
  this.timeout(600_000);
  const folder = temporaryFolder();
  const killed = new KilledConversations({ dataFolder: folder.path, people: PEOPLE, kills: KILLS });

  before(() => killed.run());

  after(async () => {
    await killed.end();
    folder.remove();
  });

  it('each hit work in flight', () => {
    expect(killed.inFlightAtKill).to.have.length(KILLS);
    expect(Math.min(...killed.inFlightAtKill), 'people waiting for an answer at a kill').to.be.greaterThan(0);
  });

  it('made the outbox publish again, and consumers drop what they had', () => {
    const sum = (of: 'republished' | 'dropped'): number => killed.lives.reduce((total, life) => total + life[of], 0);
    expect(sum('republished'), 'outputs published again').to.be.greaterThan(0);
    expect(sum('dropped'), 'repetitions dropped').to.be.greaterThan(0);
  });

  it('let every person read every question once, in order', () => {
    killed.expectReadings();
  });

  it('left every conversation completed, and no message requested twice', () => killed.expectEndings());

  it('left the store equal to the channels', async () => {
    const keys = await storedKeys(killed.platform);
    // A stop would state of each loop that it is released, after the query.
    await killed.platform.kill();
    const broker = await createEmbeddedBroker({ folder: join(folder.path, 'data', 'broker') });
    try {
      await expectEqualToChannels(keys, broker, 'demo' as TenantName);
    } finally {
      await broker.close();
    }
  });
});
