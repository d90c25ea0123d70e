import { request, type Dispatcher } from 'undici';
import { addressOf } from '../../address.ts';

/** What the load posts. */
export const ASKED = 'com.bench.asked';

/** `unclear`: some of it may have been taken. */
export type Answer = { readonly status: number; readonly isUnclear: boolean; readonly retryAfter: string | undefined };

/** Posts one event for each of the contacts, by name. Rejects where no answer comes. */
export async function post(
  url: string,
  id: string,
  names: readonly string[],
  dispatcher?: Dispatcher,
): Promise<Answer> {
  const events = names.map((name, at) => ({
    ...{ specversion: '1.0', id: `${id}-${at}`, source: '/bench/overload', type: ASKED },
    data: { contact: addressOf(name) },
  }));
  const { statusCode, headers, body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
    ...(dispatcher && { dispatcher }),
  });
  const text = await body.text();
  const retryAfter = headers['retry-after'];
  return {
    status: statusCode,
    isUnclear: statusCode !== 202 && text.includes('"unavailable"'),
    retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
  };
}
