/** What data sources answer where nobody is asked: scripted per source, by a scenario or by hand. */
import type { Json } from '../json.ts';

export type Answer =
  | { readonly value: Json; readonly status?: number; readonly afterMs?: number }
  | {
      /** Such as `data-timed-out`; see `data.failed` in the catalogue. */
      readonly code: string;
      readonly reason?: string;
      readonly status?: number;
      readonly permanent?: boolean;
      readonly afterMs?: number;
    };

/** Answers by name of the source. */
export type Answers = Readonly<Record<string, Answer>>;

/** A source that a conversation asks and for which there is no answer. */
export const UNSCRIPTED = 'data-unscripted';

export interface DataRequest {
  readonly request: string;
  readonly source: string;
}

/** The event that answers a `data.requested`, as the connector would state it. */
export function answerEvent(
  { request, source }: DataRequest,
  answer: Answer | undefined,
): { readonly type: string; readonly data: object } {
  if (answer && 'value' in answer) {
    const { value, status = 200 } = answer;
    return { type: 'data.received', data: { request, source, value, status, attempts: 1 } };
  }
  const { code = UNSCRIPTED, reason = `no answer is given for ${source}`, permanent = false, status } = answer ?? {};
  const failure = { request, source, code, reason, permanent, attempts: 1 };
  return { type: 'data.failed', data: status === undefined ? failure : { ...failure, status } };
}
