import { CATALOGUE } from '../../channels/catalogue.ts';
import type { EventId } from '../../channels/brands.ts';
import { formatSequence, type Event } from '../../channels/event.ts';
import { routingKey } from '../../channels/encode.ts';
import type { Output } from './journal-record.ts';
import type { OutgoingEmission } from './loop-logic.ts';

/**
 * Events that one step may emit: their sequences are the record's times this, plus their place. A step is bounded far
 * below it (dsl/limits.ts).
 */
export const OUTPUTS_MAX = 1024;

/** Partition topic for an emission with this routing key. */
export type OutputPlacement = (to: OutgoingEmission['to'], key: string) => string;

export interface OutputContext {
  readonly placement: OutputPlacement;
  /** With the journal's generation. */
  readonly source: string;
  /** Of the record. */
  readonly sequence: number;
  /** Of the step, in milliseconds. */
  readonly now: number;
  readonly causationid: string;
}

/** Gives emissions what makes them events: ids and sequences that a repeated publication repeats. */
export function outputsOf(emissions: readonly OutgoingEmission[], context: OutputContext): Output[] {
  if (emissions.length > OUTPUTS_MAX) throw new RangeError(`a step emitted ${emissions.length} events`);
  const time = new Date(context.now).toISOString();
  return emissions.map((emission, index) => {
    const { to, subject } = emission;
    const sequence = context.sequence * OUTPUTS_MAX + index;
    const keyedByContact = to === 'inbox' || CATALOGUE[to].key === 'contact';
    const event: Event = {
      specversion: '1.0',
      id: `${context.source}/${sequence}` as EventId,
      source: context.source,
      type: emission.type,
      ...(subject === undefined ? {} : { subject }),
      time,
      datacontenttype: 'application/json',
      data: emission.data,
      ...(subject !== undefined && keyedByContact ? { partitionkey: subject } : {}),
      sequence: formatSequence(sequence),
      ...(emission.conversation === undefined ? {} : { correlationid: emission.conversation }),
      causationid: context.causationid,
    };
    return { topic: context.placement(to, routingKey(event)), event, json: JSON.stringify(event) };
  });
}
