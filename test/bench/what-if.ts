/**
 * How long `parlance whatif` takes over recorded conversations of a clinic: `node --import tsx test/bench/what-if.ts
 * [PEOPLE] [FOLDER]`. A folder is kept, and used again where it is filled already.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Address, TenantName } from '../../channels/brands.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import { openStore } from '../../runtime/store/client.ts';
import type { Store } from '../../runtime/store/port.ts';
import { tableOf } from '../../runtime/store/rows.ts';
import { applySchema } from '../../runtime/store/schema.ts';
import { sqlOverHttp } from '../../runtime/store/sql-http.ts';
import { whatIf, type Asked } from '../../runtime/what-if/what-if.ts';
import { ClinicTraffic, clinicWindow, reminder } from '../runtime/what-if/clinic-traffic.ts';
import type { Recorder } from '../runtime/what-if/recorder.ts';
import { publicationRows, TrafficWriter, type StoredRows } from '../runtime/what-if/stored-traffic.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** People who differ in what they do; further ones do as one of them did, under an address of their own. */
const DISTINCT = 2000;

async function fill(store: Store, people: number): Promise<void> {
  await applySchema(store);
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
function copied(json: string, { address, record: { contact } }: Recorder, copy: number): string {
  const number = address.slice('tel:'.length);
  const otherNumber = `${number.slice(0, 2)}${(213 + copy).toString()}${number.slice(5)}`;
  const other = contactKeyOf(`tel:${otherNumber}` as Address);
  const conversation = /v-[0-9a-f]{24}/.exec(json)?.[0] ?? '';
  const trigger = `in-${address}-1`;
  return json
    .replaceAll(conversation, conversationOf(other, trigger.replace(number, otherNumber)))
    .replaceAll(contact, other)
    .replaceAll(number, otherNumber)
    .replaceAll('/engine/acme/0/g1', `/engine/acme/0/g${(copy + 1).toString()}`)
    .replaceAll('"epoch":1,', `"epoch":${(copy + 1).toString()},`);
}

/** As the step derives it. */
function conversationOf(contact: string, trigger: string): string {
  const digest = createHash('sha256').update(`${contact}\nappointment-reminder\n${trigger}`).digest('hex');
  return `v-${digest.slice(0, 24)}`;
}

/** Within the limits of the SQL interface, as the command asks. */
function askedOf(store: Store): Asked {
  const over = sqlOverHttp(store);
  const ask: Asked['ask'] = async ({ sql, settings }) => {
    const request = { query: new URLSearchParams(settings), headers: {}, body: Buffer.from(sql, 'utf8') };
    const { status, body } = await over.handle(request);
    const stream = typeof body === 'string' ? Readable.from([body]) : body;
    if (status !== 200) throw new Error((await stream.toArray()).join(''));
    return stream;
  };
  return { ask, rows: async <Row>(sql: string) => (await store.query(sql)) as readonly Row[] };
}

const [people = '100000', kept] = process.argv.slice(2);
const temporary = kept === undefined ? temporaryFolder() : undefined;
const folder = join(kept ?? temporary?.path ?? '.', 'store');
const isFilled = existsSync(folder);
const store = await openStore({ location: folder });
try {
  if (!isFilled) await fill(store, Number(people));
  const changed = reminder((text) =>
    text
      .replace('Still coming? Reply C or R.', 'Are you still coming? Reply C or R.')
      .replace('within: 12h', 'within: 8h'),
  );
  const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
  const summary = await whatIf({
    ...{ store: askedOf(store), tenant: 'acme' as TenantName, database: store.database, window: clinicWindow },
    ...{ machines: [changed], withSessions: false },
  });
  const { user, system } = process.cpuUsage(cpuBefore);
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const { conversations, diverging, endingOtherwise, irreproducible } = summary;
  const counts = `${diverging.toString()} diverge, ${endingOtherwise.toString()} end otherwise, ${irreproducible.size.toString()} not reproducible`;
  process.stdout.write(
    `${conversations.toString()} conversations in ${seconds(performance.now() - startedAt)}, ` +
      `CPU ${seconds((user + system) / 1000)}, load ${loadavg()[0]?.toFixed(1) ?? '?'}: ${counts}\n` +
      `resident at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB\n`,
  );
} finally {
  await store.close();
  temporary?.remove();
}
