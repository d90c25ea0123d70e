import type { TenantName } from '../../channels/brands.ts';
import { EventError } from '../../channels/event-errors.ts';
import { ParlanceError } from '../../channels/error.ts';
import { BrokerError } from '../broker/errors.ts';
import { TenantError } from '../events/tenant.ts';
import { GrowthError, type GrowthErrorCode } from '../growth/mark.ts';
import { TenantBehindError } from '../load-shedding/load-shedder.ts';
import { RETRY_AFTER_SECONDS } from './limits.ts';

/** One field that is wrong. `field` is a path from the event's root, with its index in a batch: `[3].data.id`. */
export interface FieldProblem {
  readonly field: string;
  readonly detail: string;
}

/** A problem document: https://www.rfc-editor.org/rfc/rfc9457 */
export interface ProblemDocument {
  /** Served by this very server: `/errors/CODE`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly FieldProblem[];
}

export type HttpErrorCode =
  | 'request-malformed'
  | 'key-missing'
  | 'key-invalid'
  | 'key-forbidden'
  | 'request-not-local'
  | 'route-unknown'
  | 'tenant-unknown'
  | 'method-not-allowed'
  | 'request-too-large'
  | 'media-type-unsupported'
  | 'event-malformed'
  | 'event-too-large'
  | 'too-many-requests'
  | 'internal-error'
  | 'unavailable'
  | 'tenant-behind'
  | 'tenant-invalid'
  | 'partitions-differ'
  | GrowthErrorCode;

/** Status and title of each code that the edge itself answers with. */
const STATUSES: Readonly<Record<HttpErrorCode, readonly [status: number, title: string]>> = {
  'request-malformed': [400, 'The request cannot be read'],
  'key-missing': [401, 'A key is needed'],
  'key-invalid': [401, 'The key is not valid'],
  'key-forbidden': [403, 'The key does not open this'],
  'request-not-local': [403, 'Without keys, only local requests are served'],
  'route-unknown': [404, 'There is nothing here'],
  'tenant-unknown': [404, 'There is no such tenant'],
  'method-not-allowed': [405, 'The method is not allowed here'],
  'request-too-large': [413, 'The request is too large'],
  'media-type-unsupported': [415, 'The content type is not supported'],
  'event-malformed': [422, 'The event is refused'],
  'event-too-large': [413, 'The event is too large'],
  'too-many-requests': [429, 'Too many requests are under way'],
  'internal-error': [500, 'Something failed on our side'],
  unavailable: [503, 'The event cannot be stored now'],
  'tenant-behind': [503, 'Too much waits for the conversations'],
  'tenant-invalid': [422, 'The tenant is refused'],
  'partitions-differ': [409, 'The tenant exists with other partitions'],
  'tenant-growing': [503, 'The tenant is being given more partitions'],
  'growth-invalid': [422, 'The tenant cannot get so many partitions'],
  'growth-under-way': [409, 'Partitions are being added already'],
  'tenant-not-drained': [409, 'What was under way did not end in time'],
  'growth-not-verified': [500, 'What was found after the move is not what was there before'],
};

/** Each must have its section in docs/errors.md. */
export const HTTP_ERROR_CODES: readonly string[] = Object.keys(STATUSES);

/** Thrown anywhere below the problem middleware, answered as a problem document. */
export class HttpError extends ParlanceError<HttpErrorCode> {
  readonly errors: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: HttpErrorCode,
    detail: string,
    more: { errors?: readonly FieldProblem[]; headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    super(code, detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }

  get status(): number {
    return STATUSES[this.code][0];
  }
}

export const RETRY_AFTER: Readonly<Record<string, string>> = { 'Retry-After': RETRY_AFTER_SECONDS.toString() };

/** Nothing is let in while partitions are added. */
export function tenantGrowing(tenant: TenantName): HttpError {
  const detail = `partitions are being added to "${tenant}": nothing was accepted, send it again in a while`;
  return new HttpError('tenant-growing', detail, { headers: RETRY_AFTER });
}

/** What a client is told about any error. What it cannot mend, and what is a bug, is told without particulars. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof EventError) {
    const errors = error.problems.map(({ path, expected, remedy }) => fieldProblem(path, expected, remedy));
    const code = error.code === 'event-too-large' ? error.code : 'event-malformed';
    return new HttpError(code, error.message, { errors, cause: error });
  }
  if (error instanceof BrokerError) {
    if (error.code === 'partitions-differ') return new HttpError(error.code, error.message, { cause: error });
    if (error.code === 'message-too-large') return new HttpError('event-too-large', error.message, { cause: error });
    const detail = `nothing was accepted for certain (${error.code}); send the same request again, with the same ids`;
    return new HttpError('unavailable', detail, { headers: RETRY_AFTER, cause: error });
  }
  if (error instanceof TenantBehindError) return new HttpError(error.code, error.message, { headers: RETRY_AFTER });
  if (error instanceof GrowthError) return new HttpError(error.code, error.message, { cause: error });
  if (error instanceof TenantError) {
    const code = error.code === 'tenant-unknown' ? error.code : 'tenant-invalid';
    return new HttpError(code, error.message, { cause: error });
  }
  return new HttpError('internal-error', 'the cause is in the log of the platform', { cause: error });
}

export function fieldProblem(path: string, expected: string, remedy: string): FieldProblem {
  return { field: path, detail: `expected ${expected}; ${remedy}` };
}

export function problemDocument(error: HttpError): ProblemDocument {
  const [status, title] = STATUSES[error.code];
  return {
    type: `/errors/${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    ...(error.errors.length === 0 ? {} : { errors: error.errors }),
  };
}
