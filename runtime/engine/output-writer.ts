import { CATALOGUE } from '../../channels/catalogue.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { propertiesOf, type EncodedEvent } from '../../channels/encode.ts';
import { formatSequence } from '../../channels/event.ts';
import { OUTPUTS_MAX, type OutgoingEmission } from '../../dsl/step/outgoing.ts';
import type { RecordedOutput, StepRecord } from './journal-record.ts';
import { RecordTooLargeError } from './record-size.ts';

/** Types of events whose JSON a loop remembers. */
const KNOWN_TYPES_MAX = 1000;

/** Partition topic for an emission with this routing key. */
export type OutputPlacement = (to: OutgoingEmission['to'], key: string) => string;

/**
 * One event that leaves after the commit, with the topic that it goes to. What waits on the heap for a record to be
 * durable is most of what the collector has to copy: so the event is encoded at once, outside the heap, and the rest of
 * its message is made when it leaves.
 */
export class Output {
  /** Full partition topic. */
  readonly topic: string;
  readonly #source: string;
  readonly #number: number;
  readonly #type: string;
  readonly #subject: string | undefined;
  readonly #keyed: boolean;
  readonly #payload: Buffer;

  constructor(source: string, number: number, { topic, type, subject, keyed }: Particulars, payload: Buffer) {
    this.topic = topic;
    this.#source = source;
    this.#number = number;
    this.#type = type;
    this.#subject = subject;
    this.#keyed = keyed;
    this.#payload = payload;
  }

  message(): EncodedEvent {
    const subject = this.#subject;
    const id = `${this.#source}/${this.#number}`;
    const properties = propertiesOf(this.#type, this.#source, id, subject, formatSequence(this.#number));
    return { key: this.#keyed && subject !== undefined ? subject : id, properties, payload: this.#payload };
  }
}

export interface OutputContext {
  /** Of the record. */
  readonly sequence: number;
  /** Id of the event that caused them. */
  readonly cause: string;
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
  readonly #source: SourceText;
  readonly #placement: OutputPlacement;
  readonly #codec: EventCodec;
  readonly #types = new Map<string, string>();
  #timeMs = NaN;
  #time = '';

  /** `source`: the loop's, with the journal's generation. */
  constructor(source: string, placement: OutputPlacement, codec: EventCodec) {
    this.#source = sourceText(source);
    this.#placement = placement;
    this.#codec = codec;
  }

  /** Throws RecordTooLargeError. */
  write(emissions: readonly OutgoingEmission[], context: OutputContext): WrittenOutputs {
    const count = emissions.length;
    if (count > OUTPUTS_MAX) throw new RecordTooLargeError(`${count} events`, OUTPUTS_MAX.toString());
    const { sequence, cause, contact, now } = context;
    const step = new StepText(this.#source, sequence, this.#timeOf(now), cause, this.#codec);
    const topics: string[] = [];
    const outputs: Output[] = [];
    let recorded = '';
    for (const { to, type, subject, conversation, hops, data: stated } of emissions) {
      const data = jsonOf(stated);
      const typeJson = this.#typeJson(type);
      const keyed = to === 'inbox' || CATALOGUE[to].key === 'contact';
      const key = subject !== undefined && keyed ? subject : step.idAt(outputs.length);
      const topic = this.#placement(to, key);
      let index = topics.indexOf(topic);
      if (index < 0) index = topics.push(topic) - 1;
      const about = subject === contact ? '' : `,"subject":${JSON.stringify(subject ?? null)}`;
      const within = conversation === undefined ? '' : `,"conversation":${JSON.stringify(conversation)}`;
      const row = hops === undefined ? '' : `,"hops":${hops}`;
      const comma = outputs.length > 0 ? ',' : '';
      recorded += `${comma}{"topic":${index},"type":${typeJson}${about}${keyed ? '' : ',"unkeyed":true'}${within}${row},"data":${data}}`;
      outputs.push(step.output(outputs.length, { topic, type, typeJson, data, subject, conversation, keyed, hops }));
    }
    const shared = `"source":${this.#source.json},"cause":${JSON.stringify(cause)}`;
    return { outputs, recorded: `${shared},"topics":${JSON.stringify(topics)},"outputs":[${recorded}]` };
  }

  /** A loop emits few types, over and over, unless definitions have many of their own. */
  #typeJson(type: string): string {
    let json = this.#types.get(type);
    if (json === undefined) {
      json = JSON.stringify(type);
      if (this.#types.size < KNOWN_TYPES_MAX) this.#types.set(type, json);
    }
    return json;
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
export function outputsOf(record: StepRecord, codec: EventCodec): readonly Output[] {
  const { source, sequence, cause, contact } = record;
  const step = new StepText(sourceText(source), sequence, new Date(record.now).toISOString(), cause, codec);
  return record.outputs.map((output, index) => {
    const topic = record.topics[output.topic];
    if (topic === undefined) throw new RangeError(`record ${sequence} names no topic ${output.topic}`);
    const { type, conversation, unkeyed, hops } = output;
    const subject = output.subject === undefined ? contact : (output.subject ?? undefined);
    const data = jsonOf(output.data);
    const typeJson = JSON.stringify(type);
    return step.output(index, { topic, type, typeJson, data, subject, conversation, keyed: unkeyed !== true, hops });
  });
}

/** Ids of the record's events, in order. */
export function outputIdsOf({ source, sequence, outputs }: StepRecord): string[] {
  return outputs.map((_: RecordedOutput, index) => `${source}/${sequence * OUTPUTS_MAX + index}`);
}

/** What all events of a loop have in common. */
interface SourceText {
  readonly source: string;
  readonly json: string;
  /** Of an event, up to the number in its id. */
  readonly beforeNumber: string;
  /** From there up to its type. */
  readonly beforeType: string;
}

function sourceText(source: string): SourceText {
  const json = JSON.stringify(source);
  const beforeNumber = `{"specversion":"1.0","id":${JSON.stringify(`${source}/`).slice(0, -1)}`;
  return { source, json, beforeNumber, beforeType: `","source":${json},"type":` };
}

interface Particulars {
  readonly topic: string;
  readonly type: string;
  readonly typeJson: string;
  /** JSON. */
  readonly data: string;
  readonly subject: string | undefined;
  readonly conversation: string | undefined;
  /** Routed by its subject, where it has one, not by its id. */
  readonly keyed: boolean;
  /** See dsl/step/hops.ts. */
  readonly hops: number | undefined;
}

/**
 * The events of one step. Put together by hand from parts that many of them share, since it is the hottest JSON that
 * there is; the test holds it against `eventOf`.
 */
class StepText {
  readonly #source: SourceText;
  readonly #firstNumber: number;
  readonly #afterSubject: string;
  readonly #cause: string;
  readonly #codec: EventCodec;
  #subject: string | undefined;
  #subjectJson = '';
  #conversation: string | undefined;
  #tail = '';

  constructor(source: SourceText, sequence: number, time: string, cause: string, codec: EventCodec) {
    this.#source = source;
    this.#firstNumber = sequence * OUTPUTS_MAX;
    this.#afterSubject = `,"time":"${time}","datacontenttype":"application/json","data":`;
    this.#cause = `","causationid":${JSON.stringify(cause)}}`;
    this.#codec = codec;
  }

  idAt(index: number): string {
    return `${this.#source.source}/${this.#firstNumber + index}`;
  }

  output(index: number, own: Particulars): Output {
    const { typeJson, data, subject, keyed, conversation, hops } = own;
    const { source, beforeNumber, beforeType } = this.#source;
    const number = this.#firstNumber + index;
    const sequence = formatSequence(number);
    const start = `${beforeNumber}${number}${beforeType}${typeJson}`;
    const shared = this.#tailOf(conversation);
    const tail = hops === undefined ? shared : `${shared.slice(0, -1)},"parlancehops":${hops}}`;
    if (subject === undefined) {
      const json = `${start}${this.#afterSubject}${data},"sequence":"${sequence}${tail}`;
      return new Output(source, number, own, this.#codec.encode(json));
    }
    if (subject !== this.#subject) {
      this.#subject = subject;
      this.#subjectJson = JSON.stringify(subject);
    }
    const about = this.#subjectJson;
    const routed = keyed ? `,"partitionkey":${about}` : '';
    const json = `${start},"subject":${about}${this.#afterSubject}${data}${routed},"sequence":"${sequence}${tail}`;
    return new Output(source, number, own, this.#codec.encode(json, subject));
  }

  /** From the end of the sequence on. Most events of a step are of one conversation. */
  #tailOf(conversation: string | undefined): string {
    if (conversation === undefined) return this.#cause;
    if (conversation !== this.#conversation) {
      this.#conversation = conversation;
      this.#tail = `","correlationid":${JSON.stringify(conversation)}${this.#cause.slice(1)}`;
    }
    return this.#tail;
  }
}

/** An event has data, whatever its emitter stated. */
function jsonOf(data: unknown): string {
  return data === undefined ? 'null' : JSON.stringify(data);
}
