import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { COMMIT_BYTES_MAX, TENANT_SHARE_BYTES } from '../../../../runtime/broker/embedded/commit-shares.ts';
import { CHUNK_BYTES } from '../../../../runtime/broker/embedded/chunk-writer.ts';
import { GroupCommit, type Participant } from '../../../../runtime/broker/embedded/group-commit.ts';
import type { Store, Write } from '../../../../runtime/broker/embedded/store.ts';
import { ManualClock } from './manual-clock.ts';

const KIB = 1024;

describe('embedded broker, who shares a commit', () => {
  it('lets a tenant that is alone fill it', async () => {
    const disk = new Disk();
    await disk.send({ tenant: 'noisy', topics: 4, bytes: 4 * COMMIT_BYTES_MAX });
    assert.ok(Math.max(...disk.sizes) >= COMMIT_BYTES_MAX);
  });

  it('holds a message up by a share of what another tenant has waiting, whatever that is', async () => {
    const disk = new Disk();
    const noisy = disk.send({ tenant: 'noisy', topics: 4, bytes: 100 * TENANT_SHARE_BYTES });
    await disk.send({ tenant: 'quiet', topics: 1, bytes: KIB });
    assert.equal(disk.sizes.length, 1);
    assert.ok(disk.bytes <= 2 * TENANT_SHARE_BYTES + KIB, `${disk.bytes} bytes were committed with it`);
    await noisy;
  });

  it('keeps to shares for a while after a message, for its reply is still to come', async () => {
    const disk = new Disk();
    await disk.send({ tenant: 'quiet', topics: 1, bytes: KIB });
    await disk.send({ tenant: 'noisy', topics: 4, bytes: 10 * TENANT_SHARE_BYTES });
    assert.ok(Math.max(...disk.sizes) <= 2 * TENANT_SHARE_BYTES);
    disk.clock.advance(1_000);
    await disk.send({ tenant: 'noisy', topics: 4, bytes: 10 * TENANT_SHARE_BYTES });
    assert.ok(Math.max(...disk.sizes) > 2 * TENANT_SHARE_BYTES);
  });

  it('keeps to shares for some commits, however long each takes', async () => {
    const disk = new Disk({ commitMs: 1_000 });
    await disk.send({ tenant: 'quiet', topics: 1, bytes: KIB });
    await disk.send({ tenant: 'noisy', topics: 4, bytes: 4 * COMMIT_BYTES_MAX });
    assert.ok(Math.max(...disk.sizes.slice(0, 4)) <= 2 * TENANT_SHARE_BYTES, disk.sizes.join(' '));
    assert.ok(Math.max(...disk.sizes) >= COMMIT_BYTES_MAX);
  });

  it('takes all topics of a tenant in turn', async () => {
    const disk = new Disk();
    const noisy = disk.send({ tenant: 'noisy', topics: 4, bytes: 40 * TENANT_SHARE_BYTES });
    await disk.send({ tenant: 'quiet', topics: 1, bytes: KIB });
    await noisy;
    const firstFew = disk.committed.filter((topic) => topic.startsWith('noisy')).slice(0, 8);
    assert.equal(new Set(firstFew).size, 4, firstFew.join(' '));
  });

  it('tells a busy tenant after a calm one, with the next commit under way', async () => {
    const disk = new Disk({ commitTurns: 10 });
    const noisy = disk.send({ tenant: 'noisy', topics: 2, bytes: 100 * TENANT_SHARE_BYTES });
    for (let message = 0; message < 40; message++) await disk.send({ tenant: 'quiet', topics: 1, bytes: KIB });
    // Not at the beginning, when nobody is known as busy.
    const course = disk.course.slice(disk.course.length / 2).join(' ');
    assert.match(course, /commit quiet-0 commit noisy-[01] quiet-0/);
    assert.doesNotMatch(course, /quiet-0 noisy/);
    await noisy;
  });

  it('tells each of several busy tenants at once where none is calm', async () => {
    const disk = new Disk();
    const tenants = ['noisy', 'loud'].map((tenant) =>
      disk.send({ tenant, topics: 1, bytes: 100 * TENANT_SHARE_BYTES }),
    );
    await Promise.all(tenants);
    const rounds = disk.course.join(' ').split('commit ').slice(1, 50);
    assert.deepEqual([...new Set(rounds)], ['noisy-0 loud-0 ']);
  });

  it('has told everybody once it is flushed', async () => {
    const disk = new Disk();
    let told = 0;
    const count = (): void => {
      told += 1;
    };
    const sent = [
      disk.send({ tenant: 'noisy', topics: 2, bytes: 100 * TENANT_SHARE_BYTES }).then(count),
      disk.send({ tenant: 'quiet', topics: 1, bytes: KIB }).then(count),
    ];
    await disk.flush();
    await nextTurn();
    assert.equal(told, sent.length);
  });
});

/** A group commit on a store that only counts. */
class Disk {
  readonly clock = new ManualClock();
  /** Of each commit, in bytes. */
  readonly sizes: number[] = [];
  /** `commit` where one begins, and the name of each topic that is told of its own. */
  readonly course: string[] = [];
  readonly #group = new GroupCommit(this.#store(), this.clock, '/disk');
  readonly #commitMs: number;
  readonly #commitTurns: number;

  /** How long each commit takes, by the clock and in turns of the event loop. */
  constructor({ commitMs = 0, commitTurns = 0 } = {}) {
    this.#commitMs = commitMs;
    this.#commitTurns = commitTurns;
  }

  /** Names of topics, in the order in which they were committed. */
  get committed(): readonly string[] {
    return this.course.filter((happened) => happened !== 'commit');
  }

  get bytes(): number {
    return this.sizes.reduce((sum, size) => sum + size, 0);
  }

  flush(): Promise<void> {
    return this.#group.flush();
  }

  /** So many bytes in all, in chunks; resolves once they are committed. */
  async send({ tenant, topics, bytes }: { tenant: string; topics: number; bytes: number }): Promise<void> {
    await Promise.all(
      Array.from(
        { length: topics },
        (_, at) =>
          new Promise<void>((resolve, reject) => {
            this.#group.join(this.#topic(tenant, `${tenant}-${at}`, bytes / topics, resolve, reject));
          }),
      ),
    );
  }

  #topic(tenant: string, name: string, bytes: number, done: () => void, failed: (error: Error) => void): Participant {
    let left = bytes;
    const topic: Participant = {
      tenant,
      contribute: (maxBytes) => {
        // As a topic does: whole chunks, at least one.
        const taken = Math.min(left, Math.ceil(maxBytes / CHUNK_BYTES) * CHUNK_BYTES);
        left -= taken;
        if (left > 0) this.#group.join(topic);
        return {
          writes: [{ table: 'log', key: Buffer.from(name), value: Buffer.alloc(taken) }],
          bytes: taken,
          committed: () => {
            this.course.push(name);
            if (left === 0) done();
          },
          failed,
        };
      },
    };
    return topic;
  }

  #store(): Store {
    return {
      get: () => undefined,
      range: () => [],
      keys: () => [],
      commit: async (writes: readonly Write[]) => {
        this.course.push('commit');
        this.clock.advance(this.#commitMs);
        this.sizes.push(writes.reduce((sum, { value }) => sum + (value?.length ?? 0), 0));
        for (let turn = 0; turn < this.#commitTurns; turn++) await nextTurn();
      },
      hasRoomFor: () => true,
      close: () => Promise.resolve(),
    };
  }
}
