import { createHash } from 'node:crypto';

export const KILL_TOPIC = 'persistent://acme/messaging/events';

/** Text that proves itself: `RUN NUMBER` filled up to a length that varies, then its own hash. */
export function payloadOf(run: string, number: number): Buffer {
  const text = `${run} ${number} ${'.'.repeat((number * 37) % 900)}`;
  return Buffer.from(`${text} ${createHash('sha256').update(text).digest('hex')}`);
}

/** The inverse; throws where a byte is not as it was sent. */
export function readPayload(payload: Buffer): { readonly run: string; readonly number: number } {
  const [run = '', number = ''] = payload.toString().split(' ');
  if (!payloadOf(run, Number(number)).equals(payload)) throw new Error(`torn message: "${payload.toString()}"`);
  return { run, number: Number(number) };
}
