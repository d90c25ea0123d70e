/** What the customer's systems answer to the changed play: what is on record, by what they were asked. */
import type { Event } from '../../channels/event.ts';
import type { EventData } from '../../channels/generated/events.ts';
import type { OutgoingEmission } from '../../dsl/step/outgoing.ts';
import type { RecordedStep } from '../history/recorded-step.ts';
import { requestKey } from './act.ts';

type Request = EventData['data.requested'];

export interface RecordedRequest {
  readonly request: string;
  /** Absent where none came. */
  readonly answer?: Event;
  readonly tookMs: number;
}

export class Answers {
  readonly #steps: readonly RecordedStep[];
  #requests: ReadonlyMap<string, readonly RecordedRequest[]> | undefined;
  /** Recorded request → that of this play which it answers. */
  readonly #answered = new Map<string, string>();
  readonly #used = new Set<string>();

  constructor(steps: readonly RecordedStep[]) {
    this.#steps = steps;
  }

  /** Both plays are one still: what answers the one answers the other. */
  share({ type, data }: OutgoingEmission): void {
    if (type !== 'data.requested') return;
    const { request } = data as Request;
    this.#answered.set(request, request);
    this.#used.add(request);
  }

  /** Which request of this play a recorded answer is for. */
  requestOf(recorded: string): string | undefined {
    return this.#answered.get(recorded);
  }

  /**
   * What answers a request of this play, undefined where nobody ever asked that: the request of the same step (`given`,
   * whose answer comes by itself), else one of which the answer is not taken yet, else the first.
   */
  find(asked: Request, given: readonly OutgoingEmission[]): RecordedRequest | 'comes' | undefined {
    // Most plays ask what is on record, where it is on record, and look no further.
    this.#requests ??= requestsIn(this.#steps);
    const requests = this.#requests.get(requestKey(asked)) ?? [];
    const here = given.flatMap(({ type, data }) => (type === 'data.requested' ? [(data as Request).request] : []));
    const shared = requests.find(({ request }) => here.includes(request));
    const found = shared ?? requests.find(({ request }) => !this.#used.has(request)) ?? requests[0];
    if (!found) return undefined;
    this.#used.add(found.request);
    if (!shared) return found;
    this.#answered.set(shared.request, asked.request);
    return 'comes';
  }
}

interface Asked {
  readonly request: string;
  readonly at: number;
}

function requestsIn(steps: readonly RecordedStep[]): ReadonlyMap<string, readonly RecordedRequest[]> {
  const asked = new Map<string, Asked[]>();
  const answers = new Map<string, { readonly event: Event; readonly at: number }>();
  for (const { input, now, given } of steps) {
    if (input.kind === 'event' && (input.event.type === 'data.received' || input.event.type === 'data.failed')) {
      const { request } = input.event.data as { readonly request: string };
      if (!answers.has(request)) answers.set(request, { event: input.event, at: now });
    }
    for (const { type, data } of given?.whole ?? []) {
      if (type !== 'data.requested') continue;
      const request = JSON.parse(data) as Request;
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
