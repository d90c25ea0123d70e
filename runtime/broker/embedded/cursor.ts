import type { Contribution, GroupCommit, Participant } from './group-commit.ts';
import { nameKey } from './keys.ts';
import { RangeSet } from './range-set.ts';
import type { Write } from './store.ts';

/**
 * Ranges acknowledged above the position that are written down, as in Pulsar; beyond that they are lost at a restart,
 * that is, redelivered.
 */
const MAX_STORED_RANGES = 10_000;

const VERSION = 1;
const HEADER_BYTES = 11;
const RANGE_BYTES = 12;

/** A subscription's durable position: everything below it is acknowledged, and so are the ranges above it. */
export class Cursor implements Participant {
  readonly #key: Buffer;
  readonly #group: GroupCommit;
  readonly #acknowledged = new RangeSet();
  #position: number;
  #dirty = false;
  #deleted = false;

  constructor(ledger: number, subscription: string, position: number, group: GroupCommit) {
    this.#key = nameKey(ledger, subscription);
    this.#group = group;
    this.#position = position;
  }

  static decode(ledger: number, subscription: string, value: Buffer, group: GroupCommit): Cursor {
    const cursor = new Cursor(ledger, subscription, value.readUIntBE(1, 6), group);
    const ranges: [number, number][] = [];
    for (let index = 0; index < value.readUInt32BE(7); index++) {
      const at = HEADER_BYTES + index * RANGE_BYTES;
      ranges.push([value.readUIntBE(at, 6), value.readUIntBE(at + 6, 6)]);
    }
    cursor.#acknowledged.load(ranges);
    return cursor;
  }

  get position(): number {
    return this.#position;
  }

  isAcknowledged(offset: number): boolean {
    return offset < this.#position || this.#acknowledged.has(offset);
  }

  /** The first offset at or after `offset` that is not acknowledged. */
  nextUnacknowledged(offset: number): number {
    return this.#acknowledged.firstMissingFrom(Math.max(offset, this.#position));
  }

  backlog(next: number): number {
    return Math.max(0, next - this.#position - this.#acknowledged.size);
  }

  /** Written with the next commit, in at most 20 ms: what a crash loses is redelivered. */
  acknowledge(offset: number): void {
    if (offset < this.#position) return;
    if (offset === this.#position) this.#advanceTo(offset + 1);
    else if (!this.#acknowledged.add(offset)) return;
    this.#touch();
  }

  acknowledgeUpTo(offset: number): void {
    if (offset < this.#position) return;
    this.#advanceTo(offset + 1);
    this.#touch();
  }

  /** Durable once it resolves. */
  async reset(position: number): Promise<void> {
    this.#position = position;
    this.#acknowledged.clear();
    await this.#group.write([this.encode()]);
  }

  async delete(): Promise<void> {
    this.#deleted = true;
    await this.#group.write([{ table: 'cursors', key: this.#key, value: undefined }]);
  }

  encode(): Write {
    const ranges = this.#acknowledged.ranges(MAX_STORED_RANGES);
    const value = Buffer.allocUnsafe(HEADER_BYTES + ranges.length * RANGE_BYTES);
    value[0] = VERSION;
    value.writeUIntBE(this.#position, 1, 6);
    value.writeUInt32BE(ranges.length, 7);
    for (const [index, [start, end]] of ranges.entries()) {
      value.writeUIntBE(start, HEADER_BYTES + index * RANGE_BYTES, 6);
      value.writeUIntBE(end, HEADER_BYTES + index * RANGE_BYTES + 6, 6);
    }
    return { table: 'cursors', key: this.#key, value };
  }

  contribute(): Contribution | undefined {
    if (!this.#dirty || this.#deleted) return undefined;
    this.#dirty = false;
    return {
      writes: [this.encode()],
      bytes: 0,
      committed: () => undefined,
      failed: (error) => {
        if (error.code === 'storage-full') this.#touch();
      },
    };
  }

  #advanceTo(position: number): void {
    this.#position = this.#acknowledged.firstMissingFrom(position);
    this.#acknowledged.removeBelow(this.#position);
  }

  #touch(): void {
    this.#dirty = true;
    this.#group.joinLazily(this);
  }
}
