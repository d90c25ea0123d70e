/** Recorded conversations of a clinic, as many as are wanted, in a store. */
import type { Address, TenantName } from '../../../channels/brands.ts';
import { contactKeyOf } from '../../../channels/contact-key.ts';
import { conversationIdOf } from '../../../dsl/step/begin.ts';
import type { EventData } from '../../../channels/generated/events.ts';
import type { Store } from '../../../runtime/store/port.ts';
import { tableOf } from '../../../runtime/store/rows.ts';
import { applySchema, createTenantViews } from '../../../runtime/store/schema.ts';
import { ClinicTraffic, reminder } from '../../runtime/what-if/clinic-traffic.ts';
import type { Recorder } from '../../runtime/what-if/recorder.ts';
import { publicationRows, TrafficWriter, type StoredRows } from '../../runtime/what-if/stored-traffic.ts';

export const CLINIC = 'acme' as TenantName;

/** People who differ in what they do; further ones do as one of them did, under an address of their own. */
const DISTINCT = 2000;

/** What is on record of so many people. */
export async function fillClinic(store: Store, people: number): Promise<void> {
  await applySchema(store);
  await createTenantViews(store, CLINIC);
  const machine = reminder();
  await store.insert(tableOf(store, 'definitions'), publicationRows([machine], '2026-03-01T00:00:00Z'), 'definitions');
  const traffic = new ClinicTraffic(machine);
  const writer = new TrafficWriter();
  const first = Array.from({ length: Math.min(people, DISTINCT) }, (_, number) => {
    const rows: StoredRows = { events: [], steps: [] };
    const recorder = traffic.person(number);
    writer.add(recorder, rows);
    return { recorder, json: JSON.stringify(rows) };
  });
  for (let copy = 0; copy * DISTINCT < people; copy += 1) {
    const many = first.slice(0, people - copy * DISTINCT);
    const copies = many.map(({ recorder, json }) => JSON.parse(copied(json, recorder, copy)) as StoredRows);
    await store.insert(
      tableOf(store, 'events'),
      copies.flatMap(({ events }) => events),
      `events:${copy.toString()}`,
    );
    await store.insert(
      tableOf(store, 'steps'),
      copies.flatMap(({ steps }) => steps),
      `steps:${copy.toString()}`,
    );
  }
}

/** The same for another address, in another journal. */
function copied(json: string, { address, record, emissions }: Recorder, copy: number): string {
  const number = address.slice('tel:'.length);
  const otherNumber = `${number.slice(0, 2)}${(213 + copy).toString()}${number.slice(5)}`;
  const other = contactKeyOf(`tel:${otherNumber}` as Address);
  const started = emissions.flat().find(({ type }) => type === 'conversation.started');
  if (started?.conversation === undefined) throw new Error(`nothing started for ${address}`);
  const { definition, trigger } = started.data as EventData['conversation.started'];
  const otherTrigger = { ...trigger, id: trigger.id.replace(number, otherNumber), bySource: true } as const;
  return json
    .replaceAll(started.conversation, conversationIdOf(other, definition, otherTrigger))
    .replaceAll(record.key, other)
    .replaceAll(number, otherNumber)
    .replaceAll('/engine/acme/0/g1', `/engine/acme/0/g${(copy + 1).toString()}`)
    .replaceAll('"epoch":1,', `"epoch":${(copy + 1).toString()},`);
}
