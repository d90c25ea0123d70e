import { join } from 'node:path';
import { expect } from 'chai';
import { machinesOf } from '../../../dsl/machines.ts';
import { openBroadcastDatabase, type BroadcastDatabase } from '../../../runtime/broadcasts/database.ts';
import { BroadcastError } from '../../../runtime/broadcasts/errors.ts';
import { MAX_LISTS } from '../../../runtime/broadcasts/limits.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { ContactLists } from '../../../runtime/lists/lists.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { csv } from '../broadcasts/scene.ts';
import { scheduled } from '../schedules/schedule.ts';

describe('contact lists', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let database: BroadcastDatabase;
  let lists: ContactLists;

  beforeEach(() => {
    folder = temporaryFolder();
    open();
  });
  afterEach(async () => {
    await database.close();
    folder.remove();
  });

  function open(): void {
    database = openBroadcastDatabase(join(folder.path, 'broadcasts'));
    const machines = machinesOf([scheduled()]);
    lists = new ContactLists({ database, machines: () => machines, clock: systemClock });
  }

  async function codeOf(outcome: Promise<unknown>): Promise<string> {
    const error: unknown = await outcome.catch((thrown: unknown) => thrown);
    if (error instanceof BroadcastError) return error.code;
    throw new Error(`it was not refused: ${JSON.stringify(error)}`);
  }

  it('are kept over restarts, with the file as it came', async () => {
    const file = Buffer.from('phone;place\n(212) 555-0123;Main St\n');
    await lists.put({ name: 'members', csv: file, country: 'US' });
    await database.close();
    open();
    expect(lists.get('members')).to.deep.include({ people: 1, skipped: 0, columns: ['place'], country: 'US' });
    expect(lists.find('members')).to.deep.equal({ csv: file, country: 'US' });
    expect(lists.list().map(({ name }) => name)).to.deep.equal(['members']);
  });

  it('tell what a file is good for: as a list, and for each definition that sends to it', async () => {
    const answer = await lists.put({ name: 'members', csv: Buffer.from('phone,place\n+12125551000,\n123,x\n') });
    expect(answer.report).to.deep.include({ recipients: 1, skipped: 1, ignoredColumns: ['place'] });
    const [renewals] = answer.definitions;
    expect(renewals?.definition).to.equal('renewals');
    expect(renewals?.report.lines.map(({ reason }) => reason)[0]).to.equal('input place is missing');
    expect((await lists.put({ name: 'others', csv: csv(1) })).definitions).to.deep.equal([]);
  });

  it('are replaced as a whole, or not at all', async () => {
    await lists.put({ name: 'members', csv: csv(5) });
    await lists.put({ name: 'members', csv: csv(2) });
    expect(lists.get('members').people).to.equal(2);
    for (const useless of ['', 'name\nAna\n', 'phone\n123\n', 'phone\n"+1']) {
      expect(await codeOf(lists.put({ name: 'members', csv: Buffer.from(useless) }))).to.match(/^audience-/);
    }
    await lists.check({ name: 'members', csv: csv(9) });
    expect(lists.get('members').people).to.equal(2);
    expect(lists.find('members')?.csv).to.deep.equal(csv(2));
  });

  it('are refused with a reason', async () => {
    for (const name of ['', 'Members', 'a b', '../x', 'a'.repeat(64)]) {
      expect(await codeOf(lists.put({ name, csv: csv(1) })), name).to.equal('list-name-invalid');
    }
    for (let count = 0; count < MAX_LISTS; count++) await lists.put({ name: `l${count}`, csv: csv(1) });
    expect(await codeOf(lists.put({ name: 'members', csv: csv(1) }))).to.equal('lists-too-many');
    expect((await lists.put({ name: 'l0', csv: csv(2) })).list.people).to.equal(2);
  });

  it('are deleted, once', async () => {
    await lists.put({ name: 'members', csv: csv(1) });
    expect((await lists.delete('members')).name).to.equal('members');
    expect(lists.find('members')).to.equal(undefined);
    expect(await codeOf(lists.delete('members'))).to.equal('list-unknown');
  });
});
