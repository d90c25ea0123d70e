/** Why a question got no usable answer. Codes are explained in docs/errors.md. */
export type FailureCode =
  | 'data-timed-out'
  | 'data-refused'
  | 'data-unavailable'
  | 'data-too-large'
  | 'data-malformed'
  | 'data-address-forbidden'
  | 'data-secret-missing'
  | 'data-request-invalid';

export interface Failure {
  readonly code: FailureCode;
  /** Why, for people; without addresses, secrets and what was filled in. */
  readonly reason: string;
  /** True where asking again can not help. */
  readonly permanent: boolean;
  readonly status?: number;
  /** How long the source asks us to stay away. */
  readonly retryAfterMs?: number;
}

export interface Answer {
  /** The parsed JSON; null where the body was empty. */
  readonly value: unknown;
  readonly status: number;
  readonly bytes: number;
}

export type Outcome = { readonly answer: Answer } | { readonly failure: Failure };

export function failed(code: FailureCode, reason: string, more: Partial<Failure> = {}): { readonly failure: Failure } {
  return { failure: { code, reason, permanent: true, ...more } };
}
