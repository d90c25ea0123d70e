import { routingKey } from '../../channels/encode.ts';
import { eventOf, OUTPUTS_MAX, type Emitter, type OutgoingEmission } from '../../dsl/step/outgoing.ts';
import type { Output } from './journal-record.ts';

/** Partition topic for an emission with this routing key. */
export type OutputPlacement = (to: OutgoingEmission['to'], key: string) => string;

export interface OutputContext extends Emitter {
  readonly placement: OutputPlacement;
}

/** Gives emissions what makes them events: ids and sequences that a repeated publication repeats. */
export function outputsOf(emissions: readonly OutgoingEmission[], context: OutputContext): Output[] {
  if (emissions.length > OUTPUTS_MAX) throw new RangeError(`a step emitted ${emissions.length} events`);
  return emissions.map((emission, index) => {
    const event = eventOf(emission, index, context);
    return { topic: context.placement(emission.to, routingKey(event)), event, json: JSON.stringify(event) };
  });
}
