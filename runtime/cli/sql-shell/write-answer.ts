import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { StoreAccess, StoreQuestion } from '../store-access.ts';

/** Asks, and writes the answer as it comes. ClickHouse prints nothing where a table has no rows: people are told then. */
export async function writeAnswer(
  store: Pick<StoreAccess, 'ask'>,
  question: StoreQuestion,
  output: NodeJS.WritableStream,
): Promise<void> {
  let bytes = 0;
  async function* seen(answer: Readable): AsyncGenerator {
    for await (const chunk of answer) {
      bytes += Buffer.byteLength(chunk as Buffer | string);
      yield chunk;
    }
  }
  const { signal } = question;
  await pipeline(await store.ask(question), seen, output, { end: false, ...(signal && { signal }) });
  if (bytes === 0 && isForPeople(question)) process.stderr.write('No rows.\n');
}

function isForPeople({ settings }: StoreQuestion): boolean {
  return !/^(JSON|CSV)/.test(settings?.['default_format'] ?? '');
}
