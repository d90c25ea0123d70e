/**
 * The values of one column as ClickHouse's format Native has them, written as they come: outside the heap, where what
 * waits to be stored costs the collector nothing.
 */

/** Memory that is taken at a time, twice as much each time. Bytes. */
const FIRST_BLOCK_BYTES = 1024;
const LARGEST_BLOCK_BYTES = 64 * 1024;

export abstract class PackedColumn<Value> {
  /** Name of the type in ClickHouse, as which the values are written; the table's own may be another. */
  abstract readonly type: string;
  readonly #full: Buffer[] = [];
  protected block: Buffer = Buffer.alloc(0);
  protected used = 0;

  abstract push(value: Value): void;

  /** What was pushed. */
  abstract values(): Generator<Value, undefined>;

  /** All that was written. */
  get blocks(): readonly Buffer[] {
    return [...this.#full, this.block.subarray(0, this.used)];
  }

  /** Makes room for so many bytes in one block. */
  protected reserve(bytes: number): void {
    if (this.used + bytes <= this.block.length) return;
    this.#full.push(this.block.subarray(0, this.used));
    const usual = Math.min(Math.max(2 * this.block.length, FIRST_BLOCK_BYTES), LARGEST_BLOCK_BYTES);
    this.block = Buffer.allocUnsafeSlow(Math.max(bytes, usual));
    this.used = 0;
  }
}

const UTF8_BYTES_PER_UNIT_MAX = 3;

/** Of a length as LEB128: no text has 2 GiB. */
const LENGTH_BYTES_MAX = 5;

/** Up to here a loop is faster than a call, and the length takes one byte. UTF-16 units. */
const SHORT_UNITS_MAX = 64;

const ASCII_MAX = 0x7f;

/** Half a surrogate pair becomes U+FFFD. */
export class TextColumn extends PackedColumn<string> {
  readonly type = 'String';

  push(text: string): void {
    if (text.length <= SHORT_UNITS_MAX) {
      this.reserve(SHORT_UNITS_MAX * UTF8_BYTES_PER_UNIT_MAX + LENGTH_BYTES_MAX);
      if (this.#pushAscii(text)) return;
    }
    const bytes = Buffer.byteLength(text, 'utf8');
    // Not more: what a long text leaves of its block is held as long as the text is.
    this.reserve(bytes + LENGTH_BYTES_MAX);
    this.used = writeLength(this.block, this.used, bytes);
    this.used += this.block.write(text, this.used, 'utf8');
  }

  /** False where it is not. */
  #pushAscii(text: string): boolean {
    const { block } = this;
    const units = text.length;
    let at = this.used;
    block[at++] = units;
    for (let from = 0; from < units; from++) {
      const unit = text.charCodeAt(from);
      if (unit > ASCII_MAX) return false;
      block[at++] = unit;
    }
    this.used = at;
    return true;
  }

  *values(): Generator<string, undefined> {
    for (const block of this.blocks) {
      for (let at = 0; at < block.length;) {
        const { length, end } = readLength(block, at);
        yield block.toString('utf8', end, end + length);
        at = end + length;
      }
    }
  }
}

/** As LEB128. Returns where it ends. */
export function writeLength(block: Buffer, start: number, length: number): number {
  let at = start;
  let left = length;
  for (; left > 0x7f; left >>>= 7) block[at++] = (left & 0x7f) | 0x80;
  block[at++] = left;
  return at;
}

function readLength(block: Buffer, start: number): { readonly length: number; readonly end: number } {
  let length = 0;
  for (let at = start, shift = 0; ; shift += 7) {
    const byte = block.readUInt8(at++);
    length += (byte & 0x7f) * 2 ** shift;
    if (byte <= 0x7f) return { length, end: at };
  }
}

const TWO_TO_32 = 2 ** 32;

/** Whole numbers that a double holds; those of the unsigned type are at least 0. */
export class WholeNumberColumn extends PackedColumn<number> {
  readonly type: 'UInt16' | 'UInt64' | 'DateTime64(3)';
  readonly #bytes: number;

  constructor(type: WholeNumberColumn['type']) {
    super();
    this.type = type;
    this.#bytes = type === 'UInt16' ? 2 : 8;
  }

  push(value: number): void {
    this.reserve(this.#bytes);
    const { block, used } = this;
    if (this.#bytes === 2) block.writeUInt16LE(value, used);
    else {
      block.writeUInt32LE(value >>> 0, used);
      block.writeInt32LE(Math.floor(value / TWO_TO_32), used + 4);
    }
    this.used += this.#bytes;
  }

  *values(): Generator<number, undefined> {
    for (const block of this.blocks) {
      for (let at = 0; at < block.length; at += this.#bytes) {
        if (this.#bytes === 2) yield block.readUInt16LE(at);
        else yield block.readInt32LE(at + 4) * TWO_TO_32 + block.readUInt32LE(at);
      }
    }
  }
}
