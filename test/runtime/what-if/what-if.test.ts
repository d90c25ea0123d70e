import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Address } from '../../../channels/brands.ts';
import { contactKeyOf } from '../../../channels/contact-key.ts';
import { whatIfCommand } from '../../../runtime/cli/commands/whatif.ts';
import { runSuite } from '../../../runtime/cli/scenarios/run-suite.ts';
import { loadSuite } from '../../../runtime/project/suite.ts';
import { createAdminServer } from '../../../runtime/http/admin.ts';
import { json, routesOf } from '../../../runtime/http/route-answers.ts';
import { tableOf } from '../../../runtime/store/rows.ts';
import { applySchema, createTenantViews } from '../../../runtime/store/schema.ts';
import { sqlOverHttp } from '../../../runtime/store/sql-http.ts';
import { ACME, openEdge } from '../http/edge.ts';
import { outcomeOf, runCommand } from '../cli/run-command.ts';
import { temporaryStore, type TemporaryStore } from '../store/embedded-store.ts';
import { recordedLog } from '../store/tenant-under-test.ts';
import { ClinicTraffic, REMINDER, reminder } from './clinic-traffic.ts';
import { Recorder } from './recorder.ts';
import { publicationRows, TrafficWriter, type StoredRows } from './stored-traffic.ts';

const PEOPLE = 60;

const nowhere = (): Promise<never> => Promise.reject(new Error('no broker is within reach'));

/** Two who are not known, and one who is. */
const VISITORS = ['tel:+12129000001', 'tel:+12129000002', 'tel:+12125000000'];

/** Who have two conversations each, in a month of their own. */
const REGULARS = ['tel:+12128000001', 'tel:+12128000002', 'tel:+12128000003'];

interface Told {
  readonly alsoStart: {
    readonly conversations: number;
    readonly cost: { readonly messages: number };
    readonly endings: readonly { readonly after: string; readonly contact: string }[];
  };
  readonly diverged: readonly { readonly kind: string }[];
}

describe('parlance whatif', function () {
  this.timeout(120_000);
  let temporary: TemporaryStore;
  let close: () => Promise<void>;

  before(async () => {
    temporary = await temporaryStore();
    const { store, folder } = temporary;
    await applySchema(store);
    await createTenantViews(store, ACME);
    const machine = reminder();
    const traffic = new ClinicTraffic(machine);
    const writer = new TrafficWriter();
    const rows: StoredRows = { events: [], steps: [] };
    for (let number = 0; number < PEOPLE; number += 1) writer.add(traffic.person(number), rows);
    for (const [index, address] of VISITORS.entries()) {
      // Nothing was started by a visit, nor by a word.
      const now = `2026-03-03T09:0${index.toString()}:00Z`;
      const visitor = new Recorder([machine], { address, now, ids: 'visit' });
      const patient = { firstName: 'Vi', contact: address };
      const data = { id: `visit-${index.toString()}`, startsAt: '2026-03-03T18:00:00Z', doctor: 'Lee', patient };
      visitor.event('com.clinic.visit.booked', data);
      if (index === 1) visitor.reply('checkup');
      writer.add(visitor, rows);
    }
    for (const address of REGULARS) {
      const regular = new Recorder([machine], { address, now: '2026-04-01T09:00:00Z' });
      for (const day of ['02', '03']) {
        const patient = { firstName: 'Re', contact: address };
        const startsAt = `2026-04-${day}T18:00:00Z`;
        regular.event('com.clinic.appointment.booked', { id: `${address}-${day}`, startsAt, doctor: 'Lee', patient });
      }
      writer.add(regular, rows);
    }
    await store.insert(tableOf(store, 'events'), rows.events, 'events');
    await store.insert(tableOf(store, 'steps'), rows.steps, 'steps');
    await store.insert(
      tableOf(store, 'definitions'),
      publicationRows([machine], '2026-03-01T00:00:00Z'),
      'definitions',
    );
    const notAsked = (): Promise<never> => Promise.reject(new Error('not asked for'));
    const admin = { create: notAsked, planGrowth: notAsked, grow: notAsked, list: () => Promise.resolve([]) };
    const server = createAdminServer(admin, recordedLog(), sqlOverHttp(store));
    await server.listen(folder);
    close = () => server.close(1000);
  });

  afterEach(() => {
    process.exitCode = undefined;
  });

  after(async () => {
    await close();
    await temporary.remove();
  });

  const whatIfOf = (against: string, file: string, ...args: string[]): Promise<string> => {
    const where = ['--data', temporary.folder, '--tenant', 'acme', '--against', against];
    return runCommand([whatIfCommand(nowhere)], ['whatif', file, ...where, ...args]);
  };
  const whatIf = (file: string, ...args: string[]): Promise<string> =>
    whatIfOf('2026-03-02..2026-03-09', file, ...args);

  it('compares no more conversations than --limit says, also of people who have several', async () => {
    const told = await whatIfOf('2026-04-01..2026-04-30', REMINDER, '--json', '--limit', '3');
    expect(JSON.parse(told)).to.include({ conversations: 3, same: 3 });
  });

  it('asks a platform elsewhere, with a key that reads the tenant, and sees nobody of another', async () => {
    const edge = await openEdge({ sql: sqlOverHttp(temporary.store) });
    try {
      const key = await edge.createKey(ACME, ['sql:read']);
      const over = (tenant: string): Promise<string> => {
        const where = ['--url', edge.url, '--tenant', tenant, '--key', key, '--against', '2026-03-02..2026-03-09'];
        return runCommand([whatIfCommand(nowhere)], ['whatif', REMINDER, ...where, '--limit', '5', '--json']);
      };
      expect(JSON.parse(await over('acme'))).to.deep.include({ tenant: 'acme', conversations: 5, same: 5 });
      const refused: unknown = await over('other').catch((error: unknown) => error);
      expect(refused).to.have.property('message').that.contains('the key is not one of tenant "other"');
    } finally {
      await edge.close();
    }
  });

  it('compares no further than the store has everything: an answer of later is not there yet', async () => {
    const until = '2026-03-04T00:00:00.000Z';
    const routes = [routesOf('sql:read', () => undefined)('GET', '/stored-until', () => json(200, { until }))];
    const mount = { tenant: ACME, prefix: '', routes, upgrades: [] };
    const edge = await openEdge({ sql: sqlOverHttp(temporary.store), connectors: () => [mount] });
    try {
      const key = await edge.createKey(ACME, ['sql:read']);
      const ask = (against: string): ReturnType<typeof outcomeOf> => {
        const where = ['--url', edge.url, '--tenant', 'acme', '--key', key, '--against', against];
        return outcomeOf([whatIfCommand(nowhere)], ['whatif', REMINDER, ...where, '--limit', '5', '--json']);
      };
      const behind = await ask('2026-03-02..2026-03-09');
      expect(JSON.parse(behind.output)).to.include({ to: until });
      expect(behind.errors).to.contain(`the store has everything until ${until}`);
      expect(await ask('2026-03-05..2026-03-09').catch(String)).to.contain('is stored yet');
    } finally {
      await edge.close();
    }
  });

  it('says that a tenant is unknown, instead of that nothing is on record', async () => {
    const words = ['whatif', REMINDER, '--data', temporary.folder, '--tenant', 'nobody'];
    for (const more of [[], ['--limit', '3']]) {
      const failed: unknown = await runCommand([whatIfCommand(nowhere)], [...words, ...more]).catch(
        (error: unknown) => error,
      );
      expect(failed).to.have.property('code', 'tenant-unknown');
    }
  });

  it('finds no difference where nothing changed', async () => {
    expect(JSON.parse(await whatIf(REMINDER, '--json', '--fail-on-difference'))).to.deep.include({
      conversations: PEOPLE,
      same: PEOPLE,
      diverging: 0,
      notReproducible: [],
    });
  });

  it('finds whom only the changed definition would start, by an event that started nobody and by a word', async () => {
    const started = join(temporary.folder, 'started.yaml');
    const text = readFileSync(REMINDER, 'utf8');
    const [trigger = ''] = /^ {2}- event:[^]*?parallel\n/m.exec(text) ?? [];
    const byVisit = trigger.replace('appointment.booked', 'visit.booked');
    writeFileSync(started, text.replace(trigger, `${trigger}${byVisit}`));
    const told = JSON.parse(await whatIf(started, '--json', '--fail-on-difference')) as Told;
    expect(process.exitCode).to.equal(1);
    expect(told).to.deep.include({ conversations: PEOPLE, same: PEOPLE, diverging: 0 });
    expect(told.alsoStart).to.deep.include({ conversations: VISITORS.length, counterfactual: true });
    expect(told.alsoStart.cost.messages).to.be.at.least(VISITORS.length);
    // Nobody was asked: nothing on record answers.
    expect(told.alsoStart.endings.map(({ after }) => after)).to.include('untold: no reply on record at remind');
    expect(told.diverged.every(({ kind }) => kind === 'started')).to.equal(true);
    expect(await whatIf(started)).to.match(
      /Would also start.*\(counterfactual: nobody was told anything\)\n +\d+ {2}appointment-reminder → untold/,
    );

    const bySurvey = join(temporary.folder, 'checkup.yaml');
    writeFileSync(
      bySurvey,
      'conversation: checkup\nstart: [{ match: checkup }]\nsteps:\n  - say: Welcome.\n  - end: told\n',
    );
    const answered = JSON.parse(await whatIf(bySurvey, '--json')) as Told;
    expect(answered).to.include({ conversations: 0 });
    const contact = contactKeyOf(VISITORS[1] as Address);
    expect(answered.alsoStart.endings).to.eql([{ count: 1, definition: 'checkup', after: 'told', contact }]);
  });

  it('fails where anything differs only if that is asked for', async () => {
    const changed = join(temporary.folder, 'sure.yaml');
    writeFileSync(changed, readFileSync(REMINDER, 'utf8').replace('end: confirmed', 'end: sure'));
    const told = JSON.parse(await whatIf(changed, '--json', '--limit', '20')) as {
      conversations: number;
      diverged: unknown[];
    };
    expect(process.exitCode).to.equal(0);
    expect(told.conversations).to.equal(20);
    expect(told.diverged[0]).to.include({
      kind: 'ends-otherwise',
      state: 'confirmed',
      endedBefore: 'confirmed',
      endsAfter: 'sure',
    });
    await whatIf(changed, '--fail-on-difference', '--limit', '20');
    expect(process.exitCode).to.equal(1);
  });

  describe('of which nothing is on record', () => {
    interface Lacking {
      readonly conversations: number;
      readonly unrecorded: readonly { readonly definition: string; readonly reason: string }[];
    }
    const called = (name: string): string => {
      const file = join(temporary.folder, `${name}.yaml`);
      // Nobody is started by its triggers.
      const text = readFileSync(REMINDER, 'utf8').replaceAll('com.clinic.appointment.booked', 'com.clinic.none');
      writeFileSync(file, text.replace('conversation: appointment-reminder', `conversation: ${name}`));
      return file;
    };

    it('says so of a misspelt name, with the one that is meant, and fails where a difference is to fail', async () => {
      const file = called('apointment-reminder');
      const text = await whatIf(file);
      expect(process.exitCode).to.equal(0);
      expect(text).to.include(
        'no conversation of "apointment-reminder" is on record; did you mean "appointment-reminder"?',
      );
      const told = JSON.parse(await whatIf(file, '--json', '--fail-on-difference')) as Lacking;
      expect(process.exitCode).to.equal(2);
      expect(told.conversations).to.equal(0);
      expect(told.unrecorded.map(({ definition }) => definition)).to.deep.equal(['apointment-reminder']);
    });

    it('names those on record where none is near', async () => {
      const text = await whatIf(called('parcel'));
      expect(text).to.include('no conversation of "parcel" is on record; on record are appointment-reminder.');
    });

    it('says so of a window in which none started, with when the newest did', async () => {
      const text = await whatIfOf('2026-01-02..2026-01-09', REMINDER, '--fail-on-difference');
      expect(process.exitCode).to.equal(2);
      expect(text).to.match(
        /no conversation of "appointment-reminder" started in this window; the newest started at 2026-04-01T/,
      );
    });

    it('does not say so where some are', async () => {
      expect(JSON.parse(await whatIf(REMINDER, '--json', '--limit', '5'))).to.deep.include({ unrecorded: [] });
    });
  });

  it('tells what would go otherwise, and writes scenarios of it that parlance test plays', async () => {
    const changed = join(temporary.folder, 'changed.yaml');
    const text = readFileSync(REMINDER, 'utf8');
    writeFileSync(
      changed,
      text
        .replace('Still coming? Reply C or R.', 'Are you still coming? Reply C or R.')
        .replace('end: confirmed', 'end: sure'),
    );
    const scenarios = join(temporary.folder, 'scenarios');
    const output = await whatIf(changed, '--scenarios', scenarios);
    expect(output).to.match(/\d+ {2}ends with another outcome\n/);
    expect(output).to.match(/\d+ {2}says something else\n/);
    expect(output).to.match(/\d+ {2}confirmed → sure\n/);
    const { files, diagnostics } = await loadSuite([scenarios]);
    expect(diagnostics).to.deep.equal([]);
    const played = await runSuite(files, { update: false });
    const results = played.files.flatMap((file) => file.results);
    expect(results.length).to.be.greaterThan(1);
    expect(results.flatMap(({ failure }) => failure ?? [])).to.deep.equal([]);

    const [written] = files;
    const path = written?.scenarios.path ?? '';
    writeFileSync(path, 'mine');
    const refused: unknown = await whatIf(changed, '--scenarios', scenarios).catch((error: unknown) => error);
    expect(refused).to.include({ code: 'project-file-exists' });
    expect(readFileSync(path, 'utf8')).to.equal('mine');
    await whatIf(changed, '--scenarios', scenarios, '--force', '--limit', '20');
    expect(readFileSync(path, 'utf8')).to.match(/^# Written by parlance whatif .*\nscenarios: appointment-reminder\n/);

    // Now nothing diverges: what an earlier run wrote goes, what somebody has made of it stays.
    const again = (): Promise<string> => whatIf(REMINDER, '--scenarios', scenarios, '--force', '--limit', '20');
    const edited = readFileSync(path, 'utf8').replace('scenarios:', '# mine\nscenarios:');
    writeFileSync(path, edited);
    await again();
    expect(readFileSync(path, 'utf8')).to.equal(edited);
    writeFileSync(path, edited.replace('# mine\n', ''));
    await again();
    expect(readdirSync(scenarios)).to.deep.equal([]);
  });
});
