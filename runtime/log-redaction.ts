import { ParlanceError } from '../channels/error.ts';

const REDACTED = '[redacted]';

/** Fields that hold a secret, whatever their value. */
const SECRET_FIELD = /^(authorization|cookie|set-cookie|.*password|.*token|.*secret|.*secrets|x-clickhouse-key)$/i;

/** Fields that hold what people write, or who they are. */
const PERSONAL_FIELDS: ReadonlySet<string> = new Set(['text', 'address', 'addresses', 'data', 'inputs', 'choices']);

/** Addresses as URIs, bare e-mail addresses and phone numbers, and our own keys, wherever they stand in a text. */
const IN_TEXT =
  /\b(?:tel|mailto|webchat):[^\s"'<>,;]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+\d[\d\s().-]{5,18}\d|\bparlance_[0-9a-f]{12}_[0-9a-f]{64}\b|\bBearer\s+\S+/g;

/** Deeper than this a log line is no place for it; also ends cycles. */
const MAX_DEPTH = 6;

/** `wrote to tel:+12125550123` → `wrote to [redacted]` */
export function redactText(text: string): string {
  return text.replaceAll(IN_TEXT, REDACTED);
}

/** A copy of `value` without secrets and personal data; errors become plain objects. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.map((item: unknown) => redact(item, depth + 1));
  if (value instanceof Error) return describeError(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, field(name, inner, depth)]));
}

function field(name: string, value: unknown, depth: number): unknown {
  if (value === undefined || value === null) return value;
  return SECRET_FIELD.test(name) || PERSONAL_FIELDS.has(name) ? REDACTED : redact(value, depth + 1);
}

/** The stack of what a person can meet says nothing more than its message; of a bug, it is what one needs. */
function describeError(error: Error, depth: number): object {
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: redactText(error.message),
    ...(error instanceof ParlanceError || error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}
