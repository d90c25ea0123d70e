import { ParlanceError } from './error.ts';

/** One thing that is wrong with an event. */
export interface EventProblem {
  /** Where, from the event's root: `time`, `data.choices[0].label`. Empty for the event as a whole. */
  readonly path: string;
  readonly expected: string;
  /** What to do about it. */
  readonly remedy: string;
}

export type EventErrorCode =
  'event-malformed' | 'event-too-large' | 'event-type-unknown' | 'event-undecodable' | 'event-schema-invalid';

/** Refused at the edge: sending the same event again can not help. */
export class EventError extends ParlanceError<EventErrorCode> {
  readonly problems: readonly EventProblem[];

  constructor(code: EventErrorCode, message: string, problems: readonly EventProblem[] = [], options?: ErrorOptions) {
    super(code, message, options);
    this.problems = problems;
  }
}

/** It is no CloudEvent, or its data has not the shape of its type. */
export class MalformedEventError extends EventError {
  constructor(subject: string, problems: readonly EventProblem[]) {
    const lines = problems.map(
      ({ path, expected, remedy }) => `\n  ${path === '' ? 'the event' : path}: expected ${expected}; ${remedy}`,
    );
    super('event-malformed', `${subject} is malformed:${lines.join('')}`, problems);
  }
}

export class OversizedEventError extends EventError {
  constructor(subject: string, bytes: number, maxBytes: number) {
    super(
      'event-too-large',
      `${subject} has ${bytes} bytes, the most is ${maxBytes}: store large content elsewhere and send a link to it`,
    );
  }
}

/** The channel has no such type. */
export class UnknownEventTypeError extends EventError {
  constructor(problem: EventProblem, type: string, channel: string) {
    super('event-type-unknown', `no type "${type}" on channel "${channel}": ${problem.remedy}`, [problem]);
  }
}

/** A message on a channel that is no event: goes to the dead letter topic. */
export class UndecodableEventError extends EventError {
  constructor(reason: string, options?: ErrorOptions) {
    super('event-undecodable', `the payload is no event: ${reason}`, [], options);
  }
}
