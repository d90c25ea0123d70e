import { CATALOGUE } from '../../channels/catalogue.ts';
import { propertiesOf } from '../../channels/encode.ts';
import { formatSequence } from '../../channels/event.ts';
import { OUTPUTS_MAX, type OutgoingEmission } from '../../dsl/step/outgoing.ts';
import type { RecordedOutput, StepRecord } from './journal-record.ts';

/** Partition topic for an emission with this routing key. */
export type OutputPlacement = (to: OutgoingEmission['to'], key: string) => string;

/** One event that leaves after the commit, with the topic that it goes to. */
export interface Output {
  /** Full partition topic. */
  readonly topic: string;
  readonly key: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly subject: string | undefined;
  /** The event. */
  readonly json: string;
}

/** What a step's events share. */
interface Origin {
  readonly source: string;
  /** Of the record. */
  readonly sequence: number;
  /** RFC 3339. */
  readonly time: string;
  readonly cause: string;
}

export interface OutputContext extends Pick<Origin, 'sequence' | 'cause'> {
  /** Of the step, in milliseconds. */
  readonly now: number;
  /** Whom the record is about. */
  readonly contact: string | undefined;
}

/** A step's events, and how its record states them. */
export interface WrittenOutputs {
  readonly outputs: readonly Output[];
  /** The record's fields `source`, `cause`, `topics` and `outputs`, as JSON without the braces. */
  readonly recorded: string;
}

/**
 * Gives emissions what makes them events: ids and sequences that a repeated publication repeats. Each `data` becomes
 * JSON once, for the record and for its channel.
 */
export class OutputWriter {
  readonly #source: string;
  readonly #placement: OutputPlacement;
  #timeMs = NaN;
  #time = '';

  /** `source`: the loop's, with the journal's generation. */
  constructor(source: string, placement: OutputPlacement) {
    this.#source = source;
    this.#placement = placement;
  }

  write(emissions: readonly OutgoingEmission[], context: OutputContext): WrittenOutputs {
    if (emissions.length > OUTPUTS_MAX) throw new RangeError(`a step emitted ${emissions.length} events`);
    const { sequence, cause, contact } = context;
    const origin: Origin = { source: this.#source, sequence, time: this.#timeOf(context.now), cause };
    const topics: string[] = [];
    const outputs: Output[] = [];
    let recorded = '';
    for (const { to, type, subject, conversation, data: stated } of emissions) {
      const data = jsonOf(stated);
      const keyed = to === 'inbox' || CATALOGUE[to].key === 'contact';
      const event = eventFrom(origin, outputs.length, { type, data, subject, conversation, keyed });
      const topic = this.#placement(to, event.key);
      let index = topics.indexOf(topic);
      if (index < 0) index = topics.push(topic) - 1;
      recorded += `${outputs.length > 0 ? ',' : ''}{"topic":${index},"type":${JSON.stringify(type)}`;
      if (subject !== contact) recorded += `,"subject":${JSON.stringify(subject ?? null)}`;
      if (!keyed) recorded += ',"unkeyed":true';
      if (conversation !== undefined) recorded += `,"conversation":${JSON.stringify(conversation)}`;
      recorded += `,"data":${data}}`;
      outputs.push({ topic, ...event });
    }
    const shared = `"source":${JSON.stringify(this.#source)},"cause":${JSON.stringify(cause)}`;
    return { outputs, recorded: `${shared},"topics":${JSON.stringify(topics)},"outputs":[${recorded}]` };
  }

  /** Many steps fall into one millisecond. */
  #timeOf(ms: number): string {
    if (ms !== this.#timeMs) {
      this.#timeMs = ms;
      this.#time = new Date(ms).toISOString();
    }
    return this.#time;
  }
}

/** The events of a record that was read back: the same, to the byte, as those that its step gave. */
export function outputsOf(record: StepRecord): readonly Output[] {
  const { source, sequence, cause, contact } = record;
  const origin: Origin = { source, sequence, time: new Date(record.now).toISOString(), cause };
  return record.outputs.map((output, index) => {
    const topic = record.topics[output.topic];
    if (topic === undefined) throw new RangeError(`record ${sequence} names no topic ${output.topic}`);
    const subject = output.subject === undefined ? contact : (output.subject ?? undefined);
    const { type, conversation, unkeyed } = output;
    const data = jsonOf(output.data);
    return { topic, ...eventFrom(origin, index, { type, data, subject, conversation, keyed: unkeyed !== true }) };
  });
}

/** Ids of the record's events, in order. */
export function outputIdsOf({ source, sequence, outputs }: StepRecord): string[] {
  return outputs.map((_: RecordedOutput, index) => idOf(source, sequence * OUTPUTS_MAX + index));
}

interface Particulars {
  readonly type: string;
  /** JSON. */
  readonly data: string;
  readonly subject: string | undefined;
  readonly conversation: string | undefined;
  /** Routed by its subject, where it has one, not by its id. */
  readonly keyed: boolean;
}

/** Written out by hand, since it is the hottest JSON that there is: the test holds it against `eventOf`. */
function eventFrom(origin: Origin, index: number, own: Particulars): Omit<Output, 'topic'> {
  const { source, time, cause } = origin;
  const { type, data, subject, keyed, conversation } = own;
  const number = origin.sequence * OUTPUTS_MAX + index;
  const id = idOf(source, number);
  const sequence = formatSequence(number);
  const about = subject === undefined ? '' : JSON.stringify(subject);
  const json =
    `{"specversion":"1.0","id":${JSON.stringify(id)},"source":${JSON.stringify(source)},"type":${JSON.stringify(type)}` +
    (subject === undefined ? '' : `,"subject":${about}`) +
    `,"time":"${time}","datacontenttype":"application/json","data":${data}` +
    (subject !== undefined && keyed ? `,"partitionkey":${about}` : '') +
    `,"sequence":"${sequence}"` +
    (conversation === undefined ? '' : `,"correlationid":${JSON.stringify(conversation)}`) +
    `,"causationid":${JSON.stringify(cause)}}`;
  const key = subject !== undefined && keyed ? subject : id;
  return { key, properties: propertiesOf(type, source, id, subject, sequence), subject, json };
}

function idOf(source: string, number: number): string {
  return `${source}/${number}`;
}

/** An event has data, whatever its emitter stated. */
function jsonOf(data: unknown): string {
  return data === undefined ? 'null' : JSON.stringify(data);
}
