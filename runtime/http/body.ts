import type { IncomingMessage } from 'node:http';
import { MAX_DISCARDED_BYTES } from './limits.ts';
import { HttpError } from './problem.ts';

/**
 * The whole body, which may have `maxBytes`; more is not kept. Beyond the limit a little is still read and thrown
 * away, because a connection closed on a client that is sending loses the answer.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (bytes > maxBytes + MAX_DISCARDED_BYTES) break;
    }
  } catch (cause) {
    throw new HttpError('request-malformed', 'the connection ended before the request did', { cause });
  }
  if (bytes > maxBytes) throw tooLarge(maxBytes);
  return Buffer.concat(chunks, bytes);
}

/** The connection is not used again: the rest of the body may still be on it. */
function tooLarge(maxBytes: number): HttpError {
  return new HttpError('request-too-large', `the most that is accepted here is ${maxBytes.toString()} bytes`, {
    headers: { Connection: 'close' },
  });
}

/** Bytes that the request announces, or may have at most where it does not say. */
export function announcedBytes(request: IncomingMessage, maxBytes: number): number {
  const announced = Number(request.headers['content-length'] ?? maxBytes);
  return Number.isFinite(announced) ? Math.min(announced, maxBytes) : maxBytes;
}
