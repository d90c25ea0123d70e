import type { TenantName } from '../../channels/brands.ts';
import { ParlanceError } from '../../channels/error.ts';
import type { KeyRecord, Scope } from './key.ts';

export interface NewKey {
  readonly tenant: TenantName;
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** Where keys are kept. Every call sees what other processes have written. */
export interface KeyStore {
  /** The token is returned here and never again: only its hash is kept. */
  create(key: NewKey): Promise<{ readonly record: KeyRecord; readonly token: string }>;
  /** Oldest first, revoked ones too. */
  list(): Promise<readonly KeyRecord[]>;
  /** Resolves false where it was revoked before. Rejects with `key-unknown`. */
  revoke(id: string): Promise<boolean>;
  /** The key's record, if the token is a key that is not revoked. */
  authenticate(token: string): Promise<KeyRecord | undefined>;
  /** Whether the tenant ever had a key: from then on it needs one. */
  requiresKey(tenant: TenantName): Promise<boolean>;
}

export type KeyErrorCode = 'key-unknown' | 'keys-busy' | 'keys-unreadable';

export class KeyError extends ParlanceError<KeyErrorCode> {}
