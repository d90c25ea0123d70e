import { expect } from 'chai';
import { debugCommand } from '../../../../runtime/cli/commands/debug.ts';
import { createAdminServer } from '../../../../runtime/http/admin.ts';
import { tableOf } from '../../../../runtime/store/rows.ts';
import { applySchema, createTenantViews } from '../../../../runtime/store/schema.ts';
import { sqlOverHttp } from '../../../../runtime/store/sql-http.ts';
import { machineOf } from '../../../dsl/given-when-then.ts';
import { temporaryStore, type TemporaryStore } from '../../store/embedded-store.ts';
import { acme, recordedLog } from '../../store/tenant-under-test.ts';
import { Recorder } from '../../what-if/recorder.ts';
import { publicationRows, TrafficWriter, type StoredRows } from '../../what-if/stored-traffic.ts';
import { outcomeOf } from '../run-command.ts';

const HELLO = machineOf('conversation: hello\nstart: [{ match: hello }]\nsteps:\n  - say: Welcome.\n');

describe('parlance debug', function () {
  this.timeout(60_000);
  let temporary: TemporaryStore;
  let close: () => Promise<void>;
  const probe = new Recorder([HELLO], { address: 'probe:4f1c.1' }).reply('hello');

  before(async () => {
    temporary = await temporaryStore();
    const { store, folder } = temporary;
    await applySchema(store);
    await createTenantViews(store, acme);
    const rows: StoredRows = { events: [], steps: [] };
    new TrafficWriter().add(probe, rows);
    await store.insert(tableOf(store, 'events'), rows.events, 'events');
    await store.insert(tableOf(store, 'steps'), rows.steps, 'steps');
    await store.insert(tableOf(store, 'definitions'), publicationRows([HELLO], '2026-03-01T00:00:00Z'), 'definitions');
    const notAsked = (): Promise<never> => Promise.reject(new Error('not asked for'));
    const admin = { create: notAsked, planGrowth: notAsked, grow: notAsked, list: () => Promise.resolve([]) };
    const server = createAdminServer(admin, recordedLog(), sqlOverHttp(store));
    await server.listen(folder);
    close = () => server.close(1000);
  });

  after(async () => {
    await close();
    await temporary.remove();
  });

  const debug = (conversation: string): Promise<{ readonly output: string }> => {
    const nowhere = (): Promise<never> => Promise.reject(new Error('no broker is within reach'));
    return outcomeOf([debugCommand(nowhere)], ['debug', conversation, '--data', temporary.folder, '--tenant', acme]);
  };

  it('shows a conversation of a probe too, whose events no view of people has', async () => {
    const started = probe.emissions.flat().find(({ type }) => type === 'conversation.started');
    const { output } = await debug(started?.conversation ?? '');
    expect(output).to.match(/^← message\.received {2}"hello"$/m);
    expect(output).to.match(/^→ conversation\.completed/m);
  });

  it('says where the ids of conversations are found', async () => {
    expect(await debug('nope').catch(String)).to.contain('parlance conversations list');
  });
});
