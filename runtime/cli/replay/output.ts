import type { Event } from '../../../channels/event.ts';
import { REPLAY_ID } from '../../../channels/replayed.ts';
import type { OutputPlace } from './replay-state.ts';

/** Where replayed events go. */
export interface ReplayOutput {
  /** In order; resolves once what was written can be named by `place`. What is there already is left out. */
  write(events: readonly Event[]): Promise<void>;
  /** Durable up to here. */
  place(): Promise<OutputPlace>;
  close(): Promise<void>;
}

/** The same event, told again. */
export function marked(event: Event, replay: string): Event {
  const told = { ...event, [REPLAY_ID]: replay };
  return told;
}
