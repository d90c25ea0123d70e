import { expect } from 'chai';
import { TENANT_SHARE_BYTES } from '../../../../runtime/broker/embedded/commit-shares.ts';
import { GroupCommit } from '../../../../runtime/broker/embedded/group-commit.ts';
import { EmbeddedProducer } from '../../../../runtime/broker/embedded/producer.ts';
import type { Store, Write } from '../../../../runtime/broker/embedded/store.ts';
import { TailCache } from '../../../../runtime/broker/embedded/tail-cache.ts';
import { Topic } from '../../../../runtime/broker/embedded/topic.ts';
import { BrokerError } from '../../../../runtime/broker/errors.ts';
import type { Follower, Led } from '../../../../runtime/broker/port.ts';
import { rejectsWith, text } from '../../../contract/scene.ts';
import { ManualClock } from './manual-clock.ts';

const LARGE = '.'.repeat(TENANT_SHARE_BYTES);

describe('embedded broker, what follows a message', () => {
  it('goes into the same commit', async () => {
    const broker = new Scene();
    const { followed } = await broker.lead('record', 'output');
    await followed;
    expect(broker.commits).to.deep.equal([['journal', 'outputs']]);
  });

  it('goes into the same commit also where its topic was to take part first', async () => {
    const broker = new Scene();
    const before = broker.outputs.append([text('before')], NOBODY);
    const { followed } = await broker.lead('record', 'output');
    await Promise.all([before, followed]);
    expect(broker.commits).to.deep.equal([['journal', 'outputs']]);
    expect(broker.held).to.deep.equal(['before', 'output']);
  });

  it('waits for the next commit where there is no room, and then comes first', async () => {
    const broker = new Scene();
    await broker.neighbour();
    broker.commits.length = 0;
    const first = broker.lead(LARGE, 'first');
    const second = broker.lead(LARGE, 'second');
    await (
      await first
    ).followed;
    expect(broker.held).to.deep.equal(['first']);
    await (
      await second
    ).followed;
    expect(broker.held).to.deep.equal(['first', 'second']);
    expect(broker.commits).to.deep.equal([['journal'], ['outputs', 'journal'], ['outputs']]);
  });

  it('fails with its message, and whatever else waits in its topic', async () => {
    const broker = new Scene();
    broker.outcomes.push(FULL);
    const led = broker.lead('record', 'output');
    await rejectsWith(led, 'storage-full');
    await rejectsWith(broker.lead('next', 'output'), 'storage-full');
    await broker.append('from another');
    expect(broker.held).to.deep.equal(['from another']);
  });

  it('does not outlive its message where it waits for a later commit', async () => {
    const broker = new Scene();
    await broker.neighbour();
    broker.outcomes.push(FULL);
    await rejectsWith(broker.lead(LARGE, 'output'), 'storage-full');
    await broker.append('from another');
    expect(broker.held).to.deep.equal(['from another']);
  });

  it('is lost alone where only its own commit fails; then what follows later messages is not stored', async () => {
    const broker = new Scene();
    await broker.neighbour();
    broker.outcomes.push(undefined, FULL);
    const first = broker.lead(LARGE, 'first');
    const { followed } = await first;
    const second = broker.lead('second', 'would overtake the first');
    await rejectsWith(followed, 'storage-full');
    await rejectsWith(second, 'storage-full');
    await rejectsWith(broker.lead('third', 'would overtake the first'), 'storage-full');
    expect(broker.held).to.deep.equal([]);
  });

  it('does not leave with a message that waited while others were lost', async () => {
    const broker = new Scene();
    await broker.neighbour();
    broker.outcomes.push(undefined, FULL);
    const first = broker.lead(LARGE, `${LARGE}${LARGE}`);
    const { followed } = await first;
    // The first one's follower, which had to wait, takes the whole share of the next commit.
    const second = broker.lead('second', 'would overtake the first');
    await rejectsWith(followed, 'storage-full');
    await rejectsWith((await second).followed, 'storage-full');
    expect(broker.held).to.deep.equal([]);
  });
});

const NOBODY = { name: '', fail: () => undefined };
const FULL = new BrokerError('storage-full', 'the test filled the disk');

/** A topic whose messages lead, and one for what follows, on a store that only counts. */
class Scene {
  /** Of each commit that took place, the topics. */
  readonly commits: string[][] = [];
  /** Of the next commits; undefined: it takes place. */
  readonly outcomes: (BrokerError | undefined)[] = [];
  readonly journal: Topic;
  readonly outputs: Topic;
  readonly #neighbour: Topic;
  readonly #leader: EmbeddedProducer;

  constructor() {
    const clock = new ManualClock();
    const store = this.#store();
    const group = new GroupCommit(store, clock, '/disk');
    const support = { store, group, clock, tails: new TailCache(), idleWriters: [], topicOf: () => this.outputs };
    const topic = (tenant: string, ledger: number): Topic =>
      new Topic(`persistent://${tenant}/engine/events-partition-0`, ledger, support);
    [this.journal, this.outputs, this.#neighbour] = [topic('acme', 1), topic('acme', 2), topic('other', 3)];
    this.#leader = new EmbeddedProducer(this.journal, 'leader', () => undefined);
  }

  /** What the topic of followers holds. */
  get held(): readonly string[] {
    const { outputs } = this;
    return Array.from({ length: outputs.next }, (_, offset) =>
      outputs.chunkAt(offset).messageAt(offset).payload.toString(),
    );
  }

  lead(record: string, output: string): Promise<Led> {
    const follower: Follower = { topic: 'outputs', message: () => text(output) };
    return this.#leader.lead(text(record), [follower]);
  }

  append(payload: string): Promise<unknown> {
    return this.outputs.append([text(payload)], NOBODY);
  }

  /** From now on there are two tenants, which share commits. */
  async neighbour(): Promise<void> {
    await this.#neighbour.append([text('neighbour')], NOBODY);
  }

  #store(): Store {
    return {
      get: () => undefined,
      range: () => [],
      keys: () => [],
      commit: (writes: readonly Write[]) => {
        const outcome = this.outcomes.shift();
        if (outcome) return Promise.reject(outcome);
        this.commits.push(writes.map(({ key }) => this.#nameOf(key)));
        return Promise.resolve();
      },
      hasRoomFor: () => true,
      close: () => Promise.resolve(),
    };
  }

  #nameOf(key: Buffer): string {
    return ['', 'journal', 'outputs', 'neighbour'][key.readUIntBE(0, 6)] ?? key.toString('hex');
  }
}
