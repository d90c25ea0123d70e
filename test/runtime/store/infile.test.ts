import { expect } from 'chai';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Infile } from '../../../runtime/store/infile.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

describe('rows on their way into the embedded engine', () => {
  const folder = temporaryFolder();
  const incoming = join(folder.path, 'incoming');
  after(() => {
    folder.remove();
  });

  it('are one JSON array, however many, and leave no file', async () => {
    const rows = Array.from({ length: 2500 }, (_, id) => ({ id, text: `"]\n[${id}` }));
    const infile = await Infile.open(folder.path);
    let read: unknown;
    await infile.insert('parlance.events', rows, (statement) => {
      const [, path = ''] =
        /^INSERT INTO parlance\.events FROM INFILE '(.+)' FORMAT JSONEachRow$/.exec(statement) ?? [];
      read = JSON.parse(readFileSync(path, 'utf8'));
      return Promise.resolve();
    });
    expect(read).to.deep.equal(rows);
    expect(readdirSync(incoming)).to.deep.equal([]);
  });

  it('leave no file either where they are refused', async () => {
    const infile = await Infile.open(folder.path);
    const refused = infile.insert('parlance.events', [{}], () => Promise.reject(new Error('no room')));
    expect(await refused.catch((error: unknown) => (error as Error).message)).to.equal('no room');
    expect(readdirSync(incoming)).to.deep.equal([]);
  });

  it('are removed where a killed process left them', async () => {
    mkdirSync(incoming, { recursive: true });
    writeFileSync(join(incoming, '7.json'), '[{"id":');
    await Infile.open(folder.path);
    expect(readdirSync(incoming)).to.deep.equal([]);
  });
});
