import { expect } from 'chai';
import { until } from '../events/scene.ts';
import { Crew, PARTITIONS, type Worker } from './crew.ts';

describe('several workers', () => {
  let crew: Crew;
  beforeEach(async () => {
    crew = await Crew.open();
  });
  afterEach(() => crew.close());

  const owned = (...workers: readonly Worker[]): number[] => workers.map(({ engine }) => engine.owned);
  const shared = (what: string, workers: readonly Worker[], ...parts: readonly number[]): Promise<void> =>
    until(`${what}: ${parts.join(', ')}`, () => parts.every((part, index) => workers[index]?.engine.owned === part));

  /** Each input counted once, and each contact's one after the other. */
  const everythingWasCountedOnce = async (): Promise<void> => {
    const said = await crew.fallSilent();
    await until(`${said} answers`, async () => (await crew.told()).length >= said);
    const told = await crew.told();
    expect(new Set(told.map(({ seen }) => seen)).size, 'inputs').to.equal(said);
    expect(told, 'answers').to.have.length(said);
    const counts = new Map<string, number[]>();
    for (const { contact, count } of told) counts.set(contact, [...(counts.get(contact) ?? []), count]);
    for (const [contact, its] of counts) expect(its, contact).to.eql(its.map((_, index) => index + 1));
  };

  it('that start together share the partitions', async () => {
    const workers = await Promise.all(['one', 'two'].map((name) => crew.start(name)));
    crew.talk();
    await shared('shared out', workers, 2, 2);
    await until('both know of each other', () => workers.every(({ membership }) => membership.count === 2));
    await until('both are ready', () => workers.every(({ engine }) => engine.isReady));
    await everythingWasCountedOnce();
  });

  it('let a newcomer have its part while inputs flow, without fencing anybody off', async () => {
    const one = await crew.start('one');
    await shared('alone', [one], PARTITIONS);
    crew.talk();
    const two = await crew.start('two');
    expect(two.engine.isReady, 'ready before it knows who is there').to.equal(false);
    await shared('handed over', [one, two], 2, 2);
    await everythingWasCountedOnce();
    expect([...one.warned, ...two.warned]).to.eql([]);
    expect((await crew.acquisitions()).map(({ worker }) => worker).toSorted()).to.eql([
      ...Array.from({ length: PARTITIONS }, () => 'one'),
      'two',
      'two',
    ]);
  });

  it('that are more than partitions: one has none, and is ready', async () => {
    const workers = await Promise.all(['one', 'two', 'three', 'four', 'five'].map((name) => crew.start(name)));
    await until(
      'four have one',
      () =>
        owned(...workers)
          .toSorted()
          .join() === '0,1,1,1,1',
    );
    await until('all are ready', () => workers.every(({ engine }) => engine.isReady));
  });

  it('hand over what somebody had who takes his leave while inputs flow', async () => {
    const [one, two] = [await crew.start('one'), await crew.start('two')];
    await shared('shared out', [one, two], 2, 2);
    crew.talk();
    await one.leave();
    await shared('handed over', [two], PARTITIONS);
    await everythingWasCountedOnce();
    expect([...one.warned, ...two.warned]).to.eql([]);
    expect(two.membership.count).to.equal(1);
  });

  it('take over from one that is not heard any more, which stands back until it is', async () => {
    const [one, two] = [await crew.start('one'), await crew.start('two')];
    await shared('shared out', [one, two], 2, 2);
    crew.talk();
    one.isMuted = true;
    await shared('taken', [one, two], 0, PARTITIONS);
    await until('it is told of', async () => (await crew.owners()).every((worker) => worker === 'two'));
    const taken = (await crew.acquisitions()).length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await crew.acquisitions(), 'acquired meanwhile').to.have.length(taken);
    one.isMuted = false;
    await shared('shared out again', [one, two], 2, 2);
    await everythingWasCountedOnce();
    await until('that is told of', async () => (await crew.acquisitions()).length >= taken + 2);
    expect((await crew.acquisitions()).length - taken, 'handed back').to.equal(2);
  });

  it('keep what they have while nobody hears anybody', async () => {
    const workers = [await crew.start('one'), await crew.start('two')];
    await shared('shared out', workers, 2, 2);
    for (const worker of workers) worker.isMuted = true;
    crew.talk();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(owned(...workers)).to.eql([2, 2]);
    for (const worker of workers) worker.isMuted = false;
    await everythingWasCountedOnce();
    expect(owned(...workers)).to.eql([2, 2]);
    for (const { warned } of workers) expect(warned).to.eql([]);
  });
});
