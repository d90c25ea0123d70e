import { open } from 'node:fs/promises';
import { marked, type ReplayOutput } from './output.ts';
import type { OutputPlace } from './replay-state.ts';
import { ReplayError } from './replay-error.ts';

/** A CloudEvent a line. What stands behind the place is cut off: it is written again, so that nothing is there twice. */
export async function fileOutput(path: string, replay: string, place: OutputPlace | undefined): Promise<ReplayOutput> {
  const begun = place?.kind === 'file' ? place.bytes : undefined;
  const file = await open(path, begun === undefined ? 'wx' : 'r+', 0o600).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw new ReplayError(
        'replay-file-exists',
        `${path} exists already: name another file, or --resume what wrote it`,
      );
    }
    return refused(path)(cause);
  });
  let bytes = begun ?? 0;
  if (begun !== undefined) {
    // Longer than it is, it would be filled up with zeros.
    const { size } = await file.stat();
    if (size < begun) {
      await file.close();
      const text = `${path} has ${size} bytes, and ${begun} were written: it was changed since, begin a new replay`;
      throw new ReplayError('replay-target-unknown', text);
    }
    await file.truncate(begun);
  }
  return {
    write: async (events) => {
      const text = events.map((event) => `${JSON.stringify(marked(event, replay))}\n`).join('');
      const buffer = Buffer.from(text, 'utf8');
      // Where the disk is nearly full, one call writes a part and does not fail.
      for (let from = 0; from < buffer.length;) {
        const { bytesWritten } = await file.write(buffer, from, undefined, bytes).catch(refused(path));
        from += bytesWritten;
        bytes += bytesWritten;
      }
    },
    place: async () => {
      await file.sync().catch(refused(path));
      return { kind: 'file', bytes };
    },
    close: () => file.close(),
  };
}

function refused(path: string): (cause: unknown) => never {
  return (cause) => {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new ReplayError('replay-target-unknown', `${path} can not be written: ${code}`, { cause });
  };
}
