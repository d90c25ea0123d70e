import { expect } from 'chai';
import type { TenantName } from '../../../../channels/brands.ts';
import { projectFiles } from '../../../../runtime/cli/project/project-files.ts';
import { tableOf } from '../../../../runtime/store/rows.ts';
import { applySchema, createTenantViews } from '../../../../runtime/store/schema.ts';
import { analystDatabase } from '../../../../runtime/store/views.ts';
import { analyst } from '../../store/analyst.ts';
import { eventRow, temporaryStore, type TemporaryStore } from '../../store/embedded-store.ts';
import { insertGraphs, playShipped } from '../../store/played.ts';

const acme = 'acme' as TenantName;

const PARAMETERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  replies: { from: '2026-01-01' },
  funnel: { definition: 'appointment-reminder' },
  undelivered: { from: '2026-01-01' },
  stuck: {},
};

/** A message that no provider takes, of a conversation that is parked: scenarios have neither. */
const LOST = [
  ['conversation.started', { definition: 'visit' }],
  ['message.requested', { message: 'v-1/m1', connector: 'sms', to: 'tel:+12125550123', text: 'Coming?' }],
  ['message.failed', { message: 'v-1/m1', connector: 'sms', code: 'unreachable' }],
  ['conversation.parked', { code: 'machine-missing' }],
] as const;

describe('The queries that a project begins with', function () {
  this.timeout(60_000);
  const queries = projectFiles('clinic').filter(({ path }) => path.endsWith('.sql'));
  let temporary: TemporaryStore;
  let ask: ReturnType<typeof analyst>;

  before(async () => {
    temporary = await temporaryStore();
    const { store } = temporary;
    await applySchema(store);
    await createTenantViews(store, acme);
    const { machines, rows } = await playShipped();
    const lost = LOST.map(([type, data], sequence) => {
      const channel = type.startsWith('message.') ? 'messaging' : 'conversations';
      return eventRow({ id: type, type, channel, sequence, conversation: 'v-1', data: JSON.stringify(data) });
    });
    await store.insert(tableOf(store, 'events'), [...rows, ...lost], 'played');
    await insertGraphs(store, machines);
    ask = analyst(store, acme);
  });

  after(() => temporary.remove());

  it('are four', () => {
    expect(queries.map(({ path }) => path)).to.have.members(
      Object.keys(PARAMETERS).map((name) => `queries/${name}.sql`),
    );
  });

  for (const { path, text } of queries) {
    const name = path.replace(/^queries\/|\.sql$/g, '');
    const parameters = PARAMETERS[name] ?? {};

    it(`${name} says what it is called, what it tells, and which parameters it takes`, () => {
      expect(text).to.match(new RegExp(`^-- name: ${name}\n-- about: [A-Z].+\\.\n`));
      const told = [...text.matchAll(/^-- parameter (\w+): \S/gm)].map(([, parameter]) => parameter);
      const taken = [...text.matchAll(/\{(\w+):\w+\}/g)].map(([, parameter]) => parameter);
      expect(told).to.deep.equal(taken);
      expect(taken).to.deep.equal(Object.keys(parameters));
    });

    it(`${name} is answered, for one tenant and for all`, async () => {
      expect(await ask(text, parameters)).not.to.deep.equal([]);
      const { store } = temporary;
      const database = analystDatabase(store.database);
      const lines: string[] = [];
      const all = await store.read({ sql: text, parameters, database, format: 'JSONEachRow', settings: {} });
      for await (const chunk of all) lines.push(String(chunk));
      expect(lines.join('')).not.to.equal('');
    });
  }
});
