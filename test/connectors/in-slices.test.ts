import { expect } from 'chai';
import { open, type Database, type RootDatabase } from 'lmdb';
import { join } from 'node:path';
import { inSlices } from '../../connectors/in-slices.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('a table read in slices', () => {
  const goesOn = new AbortController().signal;
  let folder: ReturnType<typeof temporaryFolder>;
  let environment: RootDatabase;
  let table: Database<number, [string, number]>;

  beforeEach(() => {
    folder = temporaryFolder();
    environment = open({ path: join(folder.path, 'rows.mdb'), overlappingSync: false });
    table = environment.openDB({ name: 'rows', encoding: 'json' });
  });

  afterEach(async () => {
    await environment.close();
    folder.remove();
  });

  it('gives every row once, in order, and lets everything else have its turn in between', async () => {
    const rows = Array.from({ length: 1_200 }, (_, n) => n);
    await environment.transaction(() => {
      for (const n of rows) void table.put(['c', n], n);
    });
    let turns = 0;
    let others: NodeJS.Immediate | undefined;
    const another = (): void => {
      turns++;
      others = setImmediate(another);
    };
    others = setImmediate(another);
    const given: number[] = [];
    for await (const slice of inSlices(table, goesOn)) given.push(...slice.map(({ value }) => value));
    clearImmediate(others);
    expect(given).to.deep.equal(rows);
    expect(turns).to.be.at.least(2);
  });

  it('ends early where that is asked for', async () => {
    await environment.transaction(() => {
      for (let n = 0; n < 1_200; n++) void table.put(['c', n], n);
    });
    const stopping = new AbortController();
    let given = 0;
    for await (const slice of inSlices(table, stopping.signal)) {
      given += slice.length;
      stopping.abort();
    }
    expect(given).to.equal(500);
  });

  it('goes on behind rows that are removed meanwhile', async () => {
    await environment.transaction(() => {
      for (let n = 0; n < 1_200; n++) void table.put(['c', n], n);
    });
    let given = 0;
    for await (const slice of inSlices(table, goesOn)) {
      given += slice.length;
      await environment.transaction(() => {
        for (const { key } of slice) void table.remove(key);
        if (given === 500) void table.put(['d', 0], 0);
      });
    }
    expect(given).to.equal(1_201);
    expect(table.getCount()).to.equal(0);
  });
});
