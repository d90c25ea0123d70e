import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MessageId } from '../../broker/message-id.ts';
import type { Place } from '../events/read-events.ts';
import type { ReplayPlan } from './plan.ts';
import { ReplayError } from './replay-error.ts';

/** Where the next event is read: after the last one of the store, or of each topic. */
export type SourcePlace =
  | { readonly kind: 'store'; readonly after: Place }
  | { readonly kind: 'broker'; readonly after: Readonly<Record<string, MessageId>> };

/** How far the output is durable: its length, or the last message of each partition topic. */
export type OutputPlace =
  | { readonly kind: 'file'; readonly bytes: number }
  | { readonly kind: 'topic'; readonly last: Readonly<Record<string, MessageId | null>> };

/** Everything before `source` is at `output`; what may be behind it there is found out, or cut off, on resuming. */
export interface ReplayState {
  readonly plan: ReplayPlan;
  readonly source: SourcePlace | null;
  readonly output: OutputPlace;
  readonly events: number;
  readonly done: boolean;
}

export function statePath(dataFolder: string, id: string): string {
  if (!/^[\w.-]{1,100}$/.test(id)) throw unknown(dataFolder, id);
  return join(dataFolder, 'replays', `${id}.json`);
}

/** Whole or not at all, also where the machine stops. */
export async function saveState(path: string, state: ReplayState): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(state, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** Rejects with `replay-unknown`. */
export async function loadState(dataFolder: string, id: string): Promise<ReplayState> {
  const path = statePath(dataFolder, id);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ReplayState;
  } catch (cause) {
    throw unknown(dataFolder, id, cause);
  }
}

export async function isNoted(dataFolder: string, id: string): Promise<boolean> {
  return loadState(dataFolder, id).then(
    () => true,
    () => false,
  );
}

function unknown(dataFolder: string, id: string, cause?: unknown): ReplayError {
  return new ReplayError('replay-unknown', `no replay ${id} was begun with the data folder ${dataFolder}`, { cause });
}
