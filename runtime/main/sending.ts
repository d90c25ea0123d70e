/** What an edge process sends to many people, whoever runs the engine: broadcasts, and schedules to contact lists. */
import { join } from 'node:path';
import type { HttpRoute } from '../../connectors/port.ts';
import { Broadcasts } from '../broadcasts/broadcasts.ts';
import { openBroadcastDatabase } from '../broadcasts/database.ts';
import { broadcastRoutes } from '../broadcasts/routes.ts';
import type { MachineTable } from '../engine/machine-table.ts';
import type { Publisher } from '../events/publisher.ts';
import { ContactLists } from '../lists/lists.ts';
import { listRoutes } from '../lists/routes.ts';
import { ScheduleMarks } from '../schedules/marks.ts';
import { Scheduler } from '../schedules/scheduler.ts';
import { sendOccurrence } from '../schedules/send-occurrence.ts';
import type { TenantOptions } from './tenant.ts';

export interface Sending {
  readonly routes: readonly HttpRoute[];
  readonly broadcasts: Broadcasts;
  /** Nothing more is sent; what is under way ends. Repeatable. */
  stop(): Promise<void>;
}

/** What it opens is added to `closers`. */
export async function startSending(
  options: TenantOptions,
  partitions: number,
  publisher: Publisher,
  table: MachineTable,
  closers: (() => Promise<void>)[],
): Promise<Sending> {
  const { broker, tenant, clock, log, newId, configuration } = options;
  closers.push(() => publisher.close());
  const machines = () => table.current;
  const database = openBroadcastDatabase(join(configuration.dataFolder, 'broadcasts', tenant));
  closers.push(() => database.close());
  const broadcasts = new Broadcasts({
    ...{ broker, tenant, partitions, publisher, clock, log, newId, machines, database },
    now: () => clock.now(),
  });
  let scheduler: Scheduler | undefined;
  const stop = async (): Promise<void> => {
    await scheduler?.stop();
    await broadcasts.stop();
  };
  closers.push(stop);
  await broadcasts.start();
  const lists = new ContactLists({ database, machines, clock });
  if (configuration.schedules.enabled) {
    scheduler = new Scheduler({
      ...{ machines, clock, log, marks: new ScheduleMarks(database) },
      send: (occurrence) => sendOccurrence({ broadcasts, lists, clock, log }, occurrence),
    });
    scheduler.start();
  }
  return { routes: [...broadcastRoutes(broadcasts), ...listRoutes({ lists, machines, clock })], broadcasts, stop };
}
