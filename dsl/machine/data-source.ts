import type { Expression, Value } from './expressions.ts';
import type { ValueType } from './value-types.ts';

/** A piece of a request: literal, filled in, or a secret that only the connector knows. */
export type RequestPart = string | { readonly cel: Expression } | { readonly secret: string };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A question to a customer's own system. */
export interface DataSource {
  /** What a fetch gives it; without it, its expressions see what those of the flow see. */
  readonly inputs?: Readonly<Record<string, ValueType>>;
  readonly method: Method;
  /** What is filled in is URI-encoded. */
  readonly url: readonly RequestPart[];
  readonly headers: Readonly<Record<string, readonly RequestPart[]>>;
  readonly body?: Value;
  readonly timeoutMs: number;
  readonly retries?: number;
  readonly cacheMs?: number;
  /** What `data.NAME` holds once it has answered. */
  readonly returns: Readonly<Record<string, ValueType>>;
  /** How a field is taken from the `response`; without an entry it is the response's field of the same name. */
  readonly map: Readonly<Record<string, Expression>>;
}
