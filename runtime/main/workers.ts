import { createHash, randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Broker } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Member } from '../workers/assignment.ts';
import { Membership } from '../workers/membership.ts';
import { alone, type Workers } from '../workers/workers.ts';

/** Enough to tell the processes of one machine apart. */
const FOLDER_DIGITS = 6;

/**
 * A process has its data folder for itself: machine and folder name it, before and after a restart. (Two of the same
 * name, in containers that are called alike, are told apart by their incarnations.)
 */
function workerIn(dataFolder: string): Member {
  const folder = createHash('sha256').update(realpathSync(dataFolder)).digest('hex').slice(0, FOLDER_DIGITS);
  return { name: `${hostname()}-${folder}`, incarnation: randomUUID() };
}

export interface WorkersOptions {
  readonly broker: Broker;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** An embedded broker is this process's own: nobody else can be there. */
export function joinWorkers({ broker, dataFolder, clock, log }: WorkersOptions): Workers {
  const self = workerIn(dataFolder);
  return broker.driver === 'embedded' ? alone(self) : new Membership({ broker, clock, log, self });
}
