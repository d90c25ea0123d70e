import type { RemoteAdmin } from '../remote/remote-admin.ts';
import type { Addon, AddonClient } from './addon.ts';

/** What producers, consumers and readers of one broker share. */
export interface NativeClient {
  readonly addon: Addon;
  readonly client: AddonClient;
  readonly admin: RemoteAdmin;
}
