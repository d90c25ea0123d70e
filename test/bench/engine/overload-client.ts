/**
 * A process of its own, so that what it does costs the platform no turn of its thread: posts batches of events for so
 * long, as fast as they are answered, and never waits although it is told to. Prints what it was answered.
 */
import { request } from 'undici';
import { addressOf } from '../load.ts';
import { ASKED } from './overload-definition.ts';
import type { Answers } from './overload-part.ts';

const CONTACTS = 5_000;
const BATCH = 50;

const [url = '', seconds = '', requests = ''] = process.argv.slice(2);
const endsAt = performance.now() + Number(seconds) * 1000;
let sent = 0;
const answers: Answers = { accepted: 0, refused: {}, withoutRetryAfter: 0, requests: 0 };

function batch(): string {
  const events = Array.from({ length: BATCH }, () => {
    sent += 1;
    const data = { contact: addressOf(`overload-${(sent % CONTACTS).toString()}`) };
    return { specversion: '1.0', id: `o-${sent.toString()}`, source: '/bench/overload', type: ASKED, data };
  });
  return JSON.stringify(events);
}

async function post(): Promise<void> {
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  const { statusCode, headers: answered, body } = await request(url, { method: 'POST', headers, body: batch() });
  await body.dump();
  answers.requests += 1;
  if (statusCode === 202) {
    answers.accepted += BATCH;
    return;
  }
  answers.refused[statusCode] = (answers.refused[statusCode] ?? 0) + BATCH;
  if (answered['retry-after'] === undefined) answers.withoutRetryAfter += 1;
}

await Promise.all(
  Array.from({ length: Number(requests) }, async () => {
    while (performance.now() < endsAt) await post();
  }),
);
console.log(JSON.stringify(answers));
