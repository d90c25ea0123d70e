import { responseHeaders } from './response-headers.ts';

export interface PlatformRefusal {
  readonly status: number;
  /** The platform's own, a section of docs/errors.md. */
  readonly code: string;
  readonly message: string;
}

/** ClickHouse's codes for what the platform refuses before it reads a statement, by HTTP status. */
const EXCEPTIONS: Readonly<Record<number, readonly [code: number, name: string]>> = {
  401: [516, 'AUTHENTICATION_FAILED'],
  403: [497, 'ACCESS_DENIED'],
  404: [81, 'UNKNOWN_DATABASE'],
  405: [48, 'NOT_IMPLEMENTED'],
  413: [290, 'LIMIT_EXCEEDED'],
  503: [210, 'NETWORK_ERROR'],
};

const OTHERWISE = [1001, 'STD_EXCEPTION'] as const;

/** As ClickHouse would say it, so that its clients show it. */
export function refusalResponse(
  query: URLSearchParams,
  { status, code, message }: PlatformRefusal,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const [number, name] = EXCEPTIONS[status] ?? OTHERWISE;
  return {
    headers: { ...responseHeaders(query, 'Null'), 'x-clickhouse-exception-code': number.toString() },
    body: `Code: ${number.toString()}. DB::Exception: ${code}: ${message}. (${name})\n`,
  };
}

/** What `refusalResponse` wrote; undefined: ClickHouse itself, or something else, says this. */
export function refusalIn(text: string, codes: readonly string[]): Omit<PlatformRefusal, 'status'> | undefined {
  const [, code = '', message = ''] = /^Code: \d+\. DB::Exception: ([a-z-]+): (.*)\. \([A-Z_]+\)\s*$/s.exec(text) ?? [];
  return codes.includes(code) ? { code, message } : undefined;
}
