import type { Growth } from '../../growth/grow-tenant.ts';
import type { GrowthPlan, Occupancy } from '../../growth/plan.ts';
import { columns } from './columns.ts';

/** What a growth would do, by partition. */
export function planText(tenant: string, { from, to, now, afterwards, moving }: GrowthPlan): string {
  const rows = afterwards.map((after, partition) => [
    partition.toString(),
    ...cells(now[partition] ?? { contacts: 0, values: 0 }),
    ...cells(after),
  ]);
  return [
    `Tenant "${tenant}": from ${from} to ${to} partitions. ${counted(moving)} move to another partition.\n`,
    'Meanwhile it is closed: events, messages and requests are answered with 503 or wait, broadcasts, schedules and deadlines wait.\n\n',
    columns(['partition', 'contacts', 'values', 'contacts then', 'values then'], rows),
  ].join('');
}

/** What it has done, as read back from the broker. */
export function growthText(tenant: string, { to, moved, occupancy, closedMs }: Growth): string {
  const rows = occupancy.map((found, partition) => [partition.toString(), ...cells(found)]);
  return [
    `\nTenant "${tenant}" has ${to} partitions. ${counted(moved)} moved; every state was read back and compared. It was closed for ${(closedMs / 1000).toFixed(1)} s.\n\n`,
    columns(['partition', 'contacts', 'values'], rows),
  ].join('');
}

function counted({ contacts, values }: Occupancy): string {
  return `${contacts} contacts and ${values} values of events`;
}

function cells({ contacts, values }: Occupancy): readonly [string, string] {
  return [contacts.toString(), values.toString()];
}
