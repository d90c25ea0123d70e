/** Validation at the edges: what is published is checked once, on arrival; inside, events are trusted. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { CATALOGUE, catalogueEntry } from './catalogue.ts';
import { envelopeSchema } from './envelope.ts';
import { MalformedEventError, OversizedEventError, UnknownEventTypeError, type EventProblem } from './event-errors.ts';
import type { Event } from './event.ts';
import { problemsFrom } from './problems.ts';
import { isReplayedEvent, REPLAY_ID } from './replayed.ts';
import type { RegisteredSchemas } from './registered-schemas.ts';
import { typeProblem } from './type-name.ts';
import type { ChannelName } from './topics.ts';

/**
 * Largest encoded event, in bytes. An event is copied whole into a journal record, beside its contact's state and the
 * events that follow from it, and Pulsar takes messages of up to 5 MiB: 256 KiB leaves room for all of these.
 */
export const MAX_EVENT_BYTES: number = 256 * 1024;

const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  formats: fullFormats,
  keywords: ['personal', 'tsType'],
});

/** Compiled on first use: nobody needs all of them at once. */
const envelopes = new Map<ChannelName, ValidateFunction>();
const shapes = new Map<string, ValidateFunction>();

const REPLAYED: EventProblem = {
  path: REPLAY_ID,
  expected: 'an event that happens now, not one of a replay',
  remedy: 'give replayed events to a subscription or topic of their own',
};

/**
 * Everything that is wrong with an event for its channel; empty where it may be published. `registered`: the schemas
 * of the customer's own types.
 */
export function validateEvent(
  event: unknown,
  channel: ChannelName,
  registered?: RegisteredSchemas,
): readonly EventProblem[] {
  if (typeof event === 'object' && event !== null && isReplayedEvent(event)) return [REPLAYED];
  const envelope = envelopeOf(channel);
  if (!envelope(event)) return problemsFrom(envelope.errors, '');
  const { type, data, subject, partitionkey } = event as Event;
  const wrongType = typeProblem(type, channel);
  if (wrongType) return [wrongType];
  const problems: EventProblem[] = [];
  if (CATALOGUE[channel].key === 'contact' && subject !== partitionkey) {
    problems.push({
      path: 'partitionkey',
      expected: `the contact key, as in "subject" (${String(subject)})`,
      remedy: 'give both the same value',
    });
  }
  const shape = shapeOf(type);
  if (shape && !shape(data)) problems.push(...problemsFrom(shape.errors, 'data'));
  if (!shape && registered) problems.push(...registered.validate(type, data));
  return problems;
}

/** Throws MalformedEventError or UnknownEventTypeError. */
export function checkEvent(
  event: unknown,
  channel: ChannelName,
  registered?: RegisteredSchemas,
): asserts event is Event {
  const [first, ...others] = validateEvent(event, channel, registered);
  if (!first) return;
  const { id, type } = (event ?? {}) as Partial<Event>;
  if (first.path === 'type' && typeof type === 'string') throw new UnknownEventTypeError(first, type, channel);
  throw new MalformedEventError(subjectOf(id, type), [first, ...others]);
}

/** Throws OversizedEventError. */
export function checkEventSize(event: Event, bytes: number): void {
  if (bytes > MAX_EVENT_BYTES) throw new OversizedEventError(subjectOf(event.id, event.type), bytes, MAX_EVENT_BYTES);
}

function subjectOf(id: unknown, type: unknown): string {
  return `event ${typeof id === 'string' ? `"${id}"` : 'without id'}${typeof type === 'string' ? ` (${type})` : ''}`;
}

function envelopeOf(channel: ChannelName): ValidateFunction {
  let validate = envelopes.get(channel);
  if (!validate) {
    validate = ajv.compile(envelopeSchema(CATALOGUE[channel].key, CATALOGUE[channel].open));
    envelopes.set(channel, validate);
  }
  return validate;
}

function shapeOf(type: string): ValidateFunction | undefined {
  const entry = catalogueEntry(type);
  if (!entry) return undefined;
  let validate = shapes.get(type);
  if (!validate) {
    validate = ajv.compile(entry.data);
    shapes.set(type, validate);
  }
  return validate;
}
