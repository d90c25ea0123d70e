/** What operators ask of a tenant over HTTP: its definitions, migrations, conversations, dead letters and store. */
import { PLAIN_CODEC } from '../../channels/codec.ts';
import type { HttpRoute } from '../../connectors/port.ts';
import { Conversations } from '../conversations/conversations.ts';
import { conversationRoutes } from '../conversations/routes.ts';
import { StoredConversations } from '../conversations/stored.ts';
import { DeadLetterBox } from '../dead-letters/box.ts';
import { deadLetterRoutes } from '../dead-letters/routes.ts';
import { Definitions } from '../definitions/definitions.ts';
import { migrationRoutes } from '../definitions/migration-routes.ts';
import { Migrations } from '../definitions/migrations.ts';
import { Occupancy } from '../definitions/occupancy.ts';
import { definitionRoutes } from '../definitions/routes.ts';
import { runningIn } from '../definitions/running.ts';
import type { MachineTable } from '../engine/machine-table.ts';
import type { Publisher } from '../events/publisher.ts';
import { historyRoutes } from '../history/routes.ts';
import { storeCheckRoutes } from '../store/check/routes.ts';
import type { TenantOptions } from './tenant.ts';

/** `settled`: resolves once the store has what was published so far; aborted, nobody waits any more. */
export function operatorRoutes(
  { broker, tenant, store, log, clock, newId }: TenantOptions,
  publisher: Publisher,
  table: MachineTable,
  settled: (signal: AbortSignal) => Promise<unknown>,
): readonly HttpRoute[] {
  const running = () => runningIn(store, tenant, log);
  const occupancy = new Occupancy(store, tenant);
  return [
    ...definitionRoutes(new Definitions({ broker, tenant, table, publisher, running })),
    ...migrationRoutes(new Migrations({ table, publisher, occupancy, settled, clock })),
    ...conversationRoutes(new Conversations({ stored: new StoredConversations(store, tenant), publisher })),
    ...deadLetterRoutes(new DeadLetterBox({ broker, tenant, publisher })),
    ...historyRoutes({ broker, store, tenant, codec: PLAIN_CODEC, clock }),
    ...storeCheckRoutes({ broker, store, tenant, codec: PLAIN_CODEC, clock, newId }),
  ];
}
