/** What the customer's systems answered, by what they were asked. */
import type { Event } from '../../channels/event.ts';
import type { EventData } from '../../channels/generated/events.ts';
import { requestKey } from './act.ts';
import type { RecordedStep } from './recorded.ts';

export interface RecordedRequest {
  readonly request: string;
  /** Absent where none came. */
  readonly answer?: Event;
  readonly tookMs: number;
}

interface Asked {
  readonly request: string;
  readonly at: number;
}

export class RecordedAnswers {
  readonly #steps: readonly RecordedStep[];
  #requests: ReadonlyMap<string, readonly RecordedRequest[]> | undefined;

  constructor(steps: readonly RecordedStep[]) {
    this.#steps = steps;
  }

  /** Of all that asked the same, in their order. */
  to(asked: EventData['data.requested']): readonly RecordedRequest[] {
    // Most plays ask what is on record, where it is on record, and never come here.
    this.#requests ??= requestsIn(this.#steps);
    return this.#requests.get(requestKey(asked)) ?? [];
  }
}

function requestsIn(steps: readonly RecordedStep[]): ReadonlyMap<string, readonly RecordedRequest[]> {
  const asked = new Map<string, Asked[]>();
  const answers = new Map<string, { readonly event: Event; readonly at: number }>();
  for (const { input, now, whole } of steps) {
    if (input.kind === 'event' && (input.event.type === 'data.received' || input.event.type === 'data.failed')) {
      const { request } = input.event.data as { readonly request: string };
      if (!answers.has(request)) answers.set(request, { event: input.event, at: now });
    }
    for (const { type, data } of whole) {
      if (type !== 'data.requested') continue;
      const request = JSON.parse(data) as EventData['data.requested'];
      const key = requestKey(request);
      asked.set(key, [...(asked.get(key) ?? []), { request: request.request, at: now }]);
    }
  }
  return new Map(
    [...asked].map(([key, all]) => [
      key,
      all.map(({ request, at }) => {
        const answer = answers.get(request);
        return { request, tookMs: answer ? answer.at - at : 0, ...(answer ? { answer: answer.event } : {}) };
      }),
    ]),
  );
}
