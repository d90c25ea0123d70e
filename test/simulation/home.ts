import type { Log } from '../../runtime/log.ts';
import type { Link } from './link.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

/** One life of a process, with what it is given and what it runs. */
export interface Home {
  readonly name: string;
  readonly world: World;
  readonly process: Process;
  readonly link: Link;
  readonly log: Log;
  /** Where it keeps things: an empty one after its disk was replaced. */
  readonly folder: string;
  /** Lets it finish, as SIGTERM. */
  stop: () => Promise<void>;
}

/** What a process does when it begins. Where it rejects, the process ends. */
export type Program = (home: Home) => Promise<void>;
