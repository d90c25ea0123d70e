import assert from 'node:assert/strict';
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
    const disk = new Disk(1_000);
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
});

/** A group commit on a store that only counts. */
class Disk {
  readonly clock = new ManualClock();
  /** Of each commit, in bytes. */
  readonly sizes: number[] = [];
  /** Names of topics, in the order in which they were committed. */
  readonly committed: string[] = [];
  readonly #group = new GroupCommit(this.#store(), this.clock, '/disk');
  readonly #commitMs: number;

  constructor(commitMs = 0) {
    this.#commitMs = commitMs;
  }

  get bytes(): number {
    return this.sizes.reduce((sum, size) => sum + size, 0);
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
            this.committed.push(name);
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
      commit: (writes: readonly Write[]) => {
        this.clock.advance(this.#commitMs);
        this.sizes.push(writes.reduce((sum, { value }) => sum + (value?.length ?? 0), 0));
        return Promise.resolve();
      },
      hasRoomFor: () => true,
      close: () => Promise.resolve(),
    };
  }
}
