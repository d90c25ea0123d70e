import { expect } from 'chai';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TenantName } from '../../../channels/brands.ts';
import { ParlanceError } from '../../../channels/error.ts';
import { openFileKeyStore } from '../../../runtime/keys/file-store.ts';
import { keyIdOf, newKey } from '../../../runtime/keys/key.ts';
import type { NewKey } from '../../../runtime/keys/store.ts';

const key: NewKey = { tenant: 'acme' as TenantName, name: 'booking system', scopes: ['events:write'] };

describe('the key store', () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'parlance-keys-')), 'data');
  });
  afterEach(() => {
    rmSync(join(folder, '..'), { recursive: true });
  });

  async function codeOf(promise: Promise<unknown>): Promise<string> {
    try {
      await promise;
    } catch (error) {
      if (error instanceof ParlanceError) return (error as ParlanceError).code;
      throw error;
    }
    throw new Error('expected a rejection');
  }

  it('recognises a key it made, also from another process', async () => {
    const { record, token } = await openFileKeyStore(folder).create(key);
    expect(await openFileKeyStore(folder).authenticate(token)).to.deep.equal(record);
    expect(record).to.include({ tenant: 'acme', name: 'booking system' });
  });

  it('keeps only the hash, readable by its owner alone', async () => {
    const { record, token } = await openFileKeyStore(folder).create(key);
    const path = join(folder, 'keys.json');
    const text = readFileSync(path, 'utf8');
    expect(text).not.to.contain(token).and.not.to.contain(token.slice(-64));
    expect(text).to.contain(record.hash);
    expect(statSync(path).mode & 0o777).to.equal(0o600);
  });

  it('refuses anything that is not exactly a key', async () => {
    const store = openFileKeyStore(folder);
    const { record, token } = await store.create(key);
    const other = `parlance_${record.id}_${'0'.repeat(64)}`;
    for (const wrong of ['', 'x', token.slice(1), `${token}0`, token.toUpperCase(), other, newKey().token]) {
      expect(await store.authenticate(wrong), wrong).to.equal(undefined);
    }
  });

  it('refuses a revoked key at once, in a process that had read the file before', async () => {
    const platform = openFileKeyStore(folder);
    const { record, token } = await platform.create(key);
    expect(await platform.authenticate(token)).not.to.equal(undefined);
    const commandLine = openFileKeyStore(folder);
    expect(await commandLine.revoke(record.id)).to.equal(true);
    expect(await commandLine.revoke(record.id)).to.equal(false);
    expect(await platform.authenticate(token)).to.equal(undefined);
    expect((await platform.list())[0]).to.have.property('revokedAt');
  });

  it('keeps requiring a key of a tenant whose last one was revoked', async () => {
    const store = openFileKeyStore(folder);
    expect(await store.requiresKey(key.tenant)).to.equal(false);
    const { record } = await store.create(key);
    await store.revoke(record.id);
    expect(await store.requiresKey(key.tenant)).to.equal(true);
    expect(await store.requiresKey('other' as TenantName)).to.equal(false);
  });

  it('says which key is unknown, and leaves no lock behind', async () => {
    const store = openFileKeyStore(folder);
    expect(await codeOf(store.revoke('000000000000'))).to.equal('key-unknown');
    expect(existsSync(join(folder, 'keys.json.lock'))).to.equal(false);
  });

  it('loses no key when several are created at once', async () => {
    const created = await Promise.all(Array.from({ length: 10 }, () => openFileKeyStore(folder).create(key)));
    const ids = (await openFileKeyStore(folder).list()).map(({ id }) => id);
    expect(ids).to.have.members(created.map(({ record }) => record.id));
  });

  for (const damaged of ['', '{', '[]', 'null', '{"keys":[{"id":1}]}', '{"keys":{}}']) {
    it(`opens nothing when the file is damaged: ${JSON.stringify(damaged)}`, async () => {
      const store = openFileKeyStore(folder);
      const { token } = await store.create(key);
      writeFileSync(join(folder, 'keys.json'), damaged);
      expect(await codeOf(store.authenticate(token))).to.equal('keys-unreadable');
      expect(await codeOf(store.requiresKey(key.tenant))).to.equal('keys-unreadable');
    });
  }

  it('makes keys of 256 random bits that carry their id', () => {
    const { id, token } = newKey();
    expect(token).to.match(/^parlance_[0-9a-f]{12}_[0-9a-f]{64}$/);
    expect(keyIdOf(token)).to.equal(id);
    expect(newKey().token).not.to.equal(token);
  });
});
