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
    throw new ReplayError('replay-target-unknown', `${path} can not be written: ${code ?? String(cause)}`, { cause });
  });
  let bytes = begun ?? 0;
  if (begun !== undefined) await file.truncate(begun);
  return {
    write: async (events) => {
      const text = events.map((event) => `${JSON.stringify(marked(event, replay))}\n`).join('');
      const buffer = Buffer.from(text, 'utf8');
      await file.write(buffer, 0, buffer.length, bytes);
      bytes += buffer.length;
    },
    place: async () => {
      await file.sync();
      return { kind: 'file', bytes };
    },
    close: () => file.close(),
  };
}
