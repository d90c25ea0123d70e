import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { tableOf } from '../../../runtime/store/rows.ts';
import { applySchema, createTenantViews } from '../../../runtime/store/schema.ts';
import { tenantDatabase, VIEWS } from '../../../runtime/store/views.ts';
import { analyst } from './analyst.ts';
import { eventRow, temporaryStore, type TemporaryStore } from './embedded-store.ts';
import { DASHBOARDS, interpolated, type Chosen } from './grafana.ts';
import { apart, insertGraphs, playShipped, rowOf } from './played.ts';

const acme = 'acme' as TenantName;
const DEFINITION = 'appointment-reminder';
const LATER_HASH = `sha256:${'ab'.repeat(32)}`;
const LATER_VERSION = 'abababab';

/** Where nothing stands unless something is wrong that can not be made here. */
const EMPTY: ReadonlySet<string> = new Set(['Transitions that no version has']);

const operations = (id: string, type: string, data: object): object =>
  eventRow({ id, type, channel: 'operations', subject: '', data: JSON.stringify(data) });

/** About the conversation that is parked because of what the person wrote after a minute. */
const own = (type: string, fields: object): object =>
  eventRow({
    ...{ id: `parked-${type}`, type: `conversation.${type}`, channel: 'conversations', conversation: 'parked-1' },
    ...{ source: '/engine/acme/0/g', ...fields },
  });

const started = { definition: DEFINITION, machine: LATER_HASH };
const probe = { probe: 'p-1', definition: DEFINITION, scenario: 'silence', durationMs: 840 };
const departure = { kind: 'share', series: 'sent of requested', direction: 'low', value: 0.4, expected: 0.99 };

const PUBLISHED = { tenant: 'acme', partition: 0, position: '1:0', batch: 1, published: '2026-03-06T14:00:00.000Z' };
const TOPIC = 'persistent://acme/messaging/events-partition-0';

/** What does not happen in scenarios. */
const ROWS = {
  events: [
    operations('probe-1', 'probe.passed', probe),
    operations('probe-2', 'probe.failed', { ...probe, missing: ['conversation.completed'], unexpected: [] }),
    operations('baseline-1', 'baseline.departed', departure),
    own('started', { time: '2026-03-06T13:58:00.000Z', data: JSON.stringify(started) }),
    eventRow({ id: 'sent', type: 'message.sent', time: '2026-03-06T13:59:00.000Z', conversation: 'parked-1' }),
    eventRow({ id: 'wrote' }),
    own('parked', { sequence: 2, causation: 'wrote', data: JSON.stringify({ code: 'machine-missing' }) }),
  ],
  dead_letters: [{ ...PUBLISHED, topic: TOPIC, reason: 'no JSON', key: '', properties: {}, payload_base64: '' }],
  marks: [{ tenant: 'acme', topic: TOPIC, position: '1:0', batch: 1, time: '2026-03-06T14:00:01.000Z' }],
  samples: ['rate', 'share', 'delay'].map((kind) => ({
    ...{ tenant: 'acme', start: '2026-03-06T14:00:00.000Z', kind, series: kind, value: 1, observations: 60 },
  })),
} as const;

/** The definition's cases again, as conversations of a later version. */
async function laterVersion(): Promise<readonly object[]> {
  const { machines, events } = await playShipped();
  const machine = machines.find(({ name }) => name === DEFINITION);
  if (!machine) throw new Error(`${DEFINITION} is not shipped`);
  const told = events.filter(
    ({ type, data }) =>
      type === 'conversation.started' && (data as { readonly machine: string }).machine === machine.hash,
  );
  const conversations = new Set(told.map(({ correlationid }) => correlationid));
  const own = events.filter(({ correlationid }) => correlationid !== undefined && conversations.has(correlationid));
  const text = JSON.stringify(apart(own, 'later')).replaceAll(machine.hash, LATER_HASH);
  return (JSON.parse(text.replaceAll(machine.version, LATER_VERSION)) as typeof events).map(rowOf);
}

describe('Dashboards', function () {
  this.timeout(60_000);
  let temporary: TemporaryStore;
  let ask: ReturnType<typeof analyst>;

  before(async () => {
    temporary = await temporaryStore();
    const { store } = temporary;
    await applySchema(store);
    await createTenantViews(store, acme);
    const { machines, rows } = await playShipped();
    const later = machines
      .filter(({ name }) => name === DEFINITION)
      .map((machine) => ({ ...machine, hash: LATER_HASH, version: LATER_VERSION }) as typeof machine);
    await store.insert(tableOf(store, 'events'), [...rows, ...(await laterVersion()), ...ROWS.events], 'played');
    for (const table of ['dead_letters', 'marks', 'samples'] as const)
      await store.insert(tableOf(store, table), ROWS[table], `own ${table}`);
    await insertGraphs(store, [...machines, ...later]);
    ask = analyst(store, acme);
  });

  after(() => temporary.remove());

  const chosen = (version: readonly string[] | undefined): Chosen => ({
    from: '2026-01-01T00:00:00.000Z',
    to: '2027-01-01T00:00:00.000Z',
    variables: { database: tenantDatabase('parlance', acme), definition: DEFINITION, version },
  });

  for (const { file, title, description, uid, templating, panels } of DASHBOARDS) {
    describe(file, () => {
      const variables = templating.list;
      const targets = panels.flatMap(({ targets = [] }) => targets);
      const statements = [
        ...variables.map(({ query }) => (typeof query === 'string' ? '' : query.rawSql)),
        ...targets.map(({ rawSql }) => rawSql),
      ];

      it('says what it is, and what every panel and variable shows', () => {
        expect(uid).to.match(/^parlance-[a-z]+$/);
        for (const text of [title, description]) expect(text).not.to.equal('');
        for (const { name, description } of variables) expect(description, name).to.match(/\.$/);
        for (const { title, description } of panels) expect(description, title).to.match(/\S.*\.$/);
        const titles = panels.map(({ title }) => title);
        expect(new Set(titles).size).to.equal(titles.length);
        expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length);
      });

      it('puts no panel on another, and none beyond the edge', () => {
        const taken = new Set<string>();
        for (const { title, gridPos } of panels) {
          expect(gridPos.x + gridPos.w, title).to.be.at.most(24);
          for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
            for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
              expect(taken.has(`${x.toString()},${y.toString()}`), title).to.equal(false);
              taken.add(`${x.toString()},${y.toString()}`);
            }
        }
      });

      it('asks the data source that is chosen, of the official plugin', () => {
        expect(variables.find(({ name }) => name === 'DS')).to.include({
          type: 'datasource',
          query: 'grafana-clickhouse-datasource',
        });
        const asking = [...targets, ...panels.filter(({ type }) => type !== 'row')].map(({ datasource }) => datasource);
        const filling = variables.filter(({ type }) => type === 'query').map(({ datasource }) => datasource);
        for (const datasource of [...asking, ...filling])
          expect(datasource).to.deep.equal({ type: 'grafana-clickhouse-datasource', uid: '${DS}' });
        for (const { editorType, queryType, format } of targets) {
          expect(editorType).to.equal('sql');
          expect(['timeseries', 'table'][format]).to.equal(queryType);
        }
      });

      it('reads documented views only', () => {
        const documented = VIEWS.map(({ name }) => `\${database}.${name}`);
        for (const sql of statements)
          for (const [, table = ''] of sql.matchAll(/\b(?:FROM|JOIN)\s+([^\s(]+)/g))
            expect([...documented, 'system.databases'], sql).to.include(table);
      });

      it('uses variables that it has, and macros as the plugin reads them', () => {
        const names = variables.map(({ name }) => name);
        for (const sql of statements) {
          for (const [, name] of sql.matchAll(/\$\{(\w+)/g)) expect(names).to.include(name);
          // It takes a bracket that follows for a part of the argument.
          expect(sql).not.to.match(/\$__time\w+\(\w+\)\)/);
        }
      });

      for (const { name, query } of variables) {
        if (typeof query === 'string') continue;
        it(`offers values of ${name}`, async () => {
          const sql = interpolated(query.rawSql, chosen(undefined));
          const { store } = temporary;
          const rows = name === 'database' ? await store.query(sql) : await ask(sql);
          const values = rows.flatMap((row) => Object.values(row));
          const expected = {
            database: tenantDatabase('parlance', acme),
            definition: DEFINITION,
            version: LATER_VERSION,
          };
          expect(values).to.include(expected[name as keyof typeof expected]);
        });
      }

      for (const { title, targets = [] } of panels) {
        for (const { refId, rawSql, format } of targets) {
          it(`${title} ${refId}: is answered`, async () => {
            const rows = await ask(interpolated(rawSql, chosen(undefined)));
            expect(rows.length > 0).to.equal(!EMPTY.has(title));
            if (rawSql.includes('$version')) await ask(interpolated(rawSql, chosen([LATER_VERSION, "it's"])));
            // What Grafana makes lines of begins with the moment and is in its order.
            const moments = rows.map((row) => String(Object.values(row)[0]));
            if (format === 0) {
              expect(moments[0]).to.match(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
              expect(moments).to.deep.equal(moments.toSorted());
            }
          });
        }
      }
    });
  }
});
