import { WholeNumberColumn, TextColumn, writeLength } from './packed-column.ts';
import type { Rows } from './port.ts';
import type { EventRow } from './rows.ts';
import { isoTime, timeOf } from './sink/event-time.ts';

type NameOf<Value> = { [Name in keyof EventRow]: EventRow[Name] extends Value ? Name : never }[keyof EventRow];

type TimeName = 'published' | 'time';

const TEXTS: readonly Exclude<NameOf<string>, TimeName>[] = [
  ...(['tenant', 'channel', 'position', 'id', 'source', 'type', 'subject', 'conversation', 'causation'] as const),
  ...(['partitionkey', 'traceparent', 'extensions', 'data'] as const),
];

const TIMES: readonly TimeName[] = ['published', 'time'];

const NUMBERS: readonly (readonly [NameOf<number>, WholeNumberColumn['type']])[] = [
  ['partition', 'UInt16'],
  ['batch', 'UInt64'],
  ['sequence', 'UInt64'],
];

/** As it is written before the columns. Bytes. */
const COUNT_BYTES_MAX = 10;

/**
 * Rows of the table of events in the form that ClickHouse reads with the least effort, packed one by one. As objects they
 * would be copied by the collector while they wait, and as JSON be more work for ClickHouse.
 */
export class PackedEvents implements Rows<EventRow> {
  /** Of the table: those that an insert names. */
  static readonly columns: readonly (keyof EventRow)[] = [...TEXTS, ...TIMES, ...NUMBERS.map(([name]) => name)];

  #length = 0;
  readonly #texts = TEXTS.map((name) => ({ name, column: new TextColumn() }));
  readonly #times = TIMES.map((name) => ({ name, column: new WholeNumberColumn('DateTime64(3)') }));
  readonly #numbers = NUMBERS.map(([name, type]) => ({ name, column: new WholeNumberColumn(type) }));

  get length(): number {
    return this.#length;
  }

  push(row: EventRow): void {
    for (const { name, column } of this.#texts) column.push(row[name]);
    for (const { name, column } of this.#times) column.push(timeOf(row[name]));
    for (const { name, column } of this.#numbers) column.push(row[name]);
    this.#length++;
  }

  /** One block in the format Native. */
  get native(): readonly Buffer[] {
    const columns = [...this.#texts, ...this.#times, ...this.#numbers];
    return [
      counts(columns.length, this.#length),
      ...columns.flatMap(({ name, column }) => [texts(name, column.type), ...column.blocks]),
    ];
  }

  /** As they were pushed, but for halves of surrogate pairs. */
  *[Symbol.iterator](): Iterator<EventRow> {
    const texts = this.#texts.map(({ name, column }) => ({ name, values: column.values() }));
    const times = this.#times.map(({ name, column }) => ({ name, values: column.values() }));
    const numbers = this.#numbers.map(({ name, column }) => ({ name, values: column.values() }));
    for (let row = 0; row < this.#length; row++) {
      const fields = [
        ...texts.map(({ name, values }) => [name, values.next().value]),
        ...times.map(({ name, values }) => [name, isoTime(values.next().value ?? NaN)]),
        ...numbers.map(({ name, values }) => [name, values.next().value]),
      ];
      yield Object.fromEntries(fields) as EventRow;
    }
  }
}

function counts(columns: number, rows: number): Buffer {
  const bytes = Buffer.alloc(COUNT_BYTES_MAX);
  return bytes.subarray(0, writeLength(bytes, writeLength(bytes, 0, columns), rows));
}

function texts(...all: readonly string[]): Buffer {
  const column = new TextColumn();
  for (const text of all) column.push(text);
  return Buffer.concat(column.blocks);
}
