import type { TenantName } from '../../channels/brands.ts';
import { PLAIN_CODEC } from '../../channels/codec.ts';
import { EVENT_PROPERTIES } from '../../channels/encode.ts';
import { engineTopic, partitionTopic } from '../../channels/topics.ts';
import type { MessageId } from '../../runtime/broker/message-id.ts';
import type { Broker } from '../../runtime/broker/port.ts';
import { decodeRecord } from '../../runtime/engine/journal.ts';
import { JournalFold, type StepRecord } from '../../runtime/engine/journal-record.ts';
import { outputsOf } from '../../runtime/engine/output-writer.ts';

/** Where each partition's journal ends; undefined while it is empty. */
export type JournalEnds = readonly (MessageId | undefined)[];

/** Of the step records between two ends whose input's id begins with a label. */
export interface JournalCount {
  readonly steps: number;
  /** Steps by the type of their input. */
  readonly byInput: Readonly<Record<string, number>>;
  /** Replies that the records carry: `message.requested`. */
  readonly replies: number;
  readonly outputs: number;
  /** JSON of the outputs. */
  readonly outputBytes: number;
  /** Records as they lie in the journal. */
  readonly recordBytes: number;
  /** Step records with any other input: the bench's fences, timers. */
  readonly otherSteps: number;
}

interface Tally extends Record<Exclude<keyof JournalCount, 'byInput'>, number> {
  byInput: Record<string, number>;
}

export class JournalCounter {
  readonly #broker: Broker;
  readonly #topics: readonly string[];

  constructor(broker: Broker, tenant: TenantName, partitions: number) {
    this.#broker = broker;
    this.#topics = Array.from({ length: partitions }, (_, at) => partitionTopic(engineTopic(tenant, 'journal'), at));
  }

  ends(): Promise<JournalEnds> {
    return Promise.all(this.#topics.map((topic) => this.#broker.admin.lastMessageId(topic)));
  }

  /** Reads the journals back. Throws where a record between the ends is missing or does not count. */
  async count(label: string, from: JournalEnds, to: JournalEnds): Promise<JournalCount> {
    const tally: Tally = {
      byInput: {},
      ...{ steps: 0, replies: 0, outputs: 0, outputBytes: 0, recordBytes: 0, otherSteps: 0 },
    };
    for (const [partition, topic] of this.#topics.entries()) {
      const last = to[partition];
      if (last === undefined || last === from[partition]) continue;
      await this.#countTopic(topic, from[partition], last, (record, bytes) => {
        if (record.input.id.startsWith(`${label}/`)) add(tally, record, bytes);
        else tally.otherSteps += 1;
      });
    }
    return tally;
  }

  async #countTopic(
    topic: string,
    after: MessageId | undefined,
    last: MessageId,
    take: (record: StepRecord, bytes: number) => void,
  ): Promise<void> {
    const reader = await this.#broker.createReader({ topic, from: after === undefined ? 'Earliest' : { after } });
    try {
      let fold: JournalFold | undefined;
      for (let at: MessageId | undefined; at !== last;) {
        const { id, payload } = await reader.next();
        at = id;
        const record = decodeRecord(payload, PLAIN_CODEC);
        fold ??= new JournalFold(record.kind === 'barrier' ? record.epoch - 1 : record.epoch, record.sequence - 1);
        if (!fold.accept(record)) throw new Error(`${topic} does not continue at ${id}: sequence ${record.sequence}`);
        if (record.kind === 'step') take(record, payload.length);
      }
    } finally {
      await reader.close();
    }
  }
}

function add(tally: Tally, record: StepRecord, bytes: number): void {
  const { input } = record;
  const outputs = outputsOf(record, PLAIN_CODEC);
  tally.steps += 1;
  tally.byInput[input.type] = (tally.byInput[input.type] ?? 0) + 1;
  tally.recordBytes += bytes;
  tally.outputs += outputs.length;
  for (const output of outputs) {
    const { properties, payload } = output.message();
    if (properties[EVENT_PROPERTIES.type] === 'message.requested') tally.replies += 1;
    tally.outputBytes += payload.length;
  }
}
