/** Cuts a stream of rows, one a line and ordered by contact, into batches that no contact is divided between. */
import type { Readable } from 'node:stream';

/** Of rows in one batch, in bytes: enough that handing it over costs nothing, few to hold. A contact may take more. */
const BATCH_BYTES = 512 * 1024;

const NEWLINE = 10;
/** A row begins with `["` and the contact. */
const CONTACT_AT = 2;
const QUOTE = 34;

export async function* batchesOf(rows: Readable, batchBytes: number = BATCH_BYTES): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  let looked = 0;
  let contact: string | undefined;
  for await (const chunk of rows) {
    held = Buffer.concat([held, Buffer.from(chunk as Buffer | string)]);
    for (let end = held.indexOf(NEWLINE, looked); end >= 0; end = held.indexOf(NEWLINE, looked)) {
      const own = held.toString('latin1', looked + CONTACT_AT, held.indexOf(QUOTE, looked + CONTACT_AT));
      if (own !== contact && looked >= batchBytes) {
        yield held.subarray(0, looked);
        held = held.subarray(looked);
        end -= looked;
      }
      contact = own;
      looked = end + 1;
    }
  }
  if (held.length > 0) yield held;
}
