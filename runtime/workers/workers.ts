import type { TenantName } from '../../channels/brands.ts';
import type { Member } from './assignment.ts';

/** The workers of an installation, as one of them sees them. */
export interface Workers {
  readonly self: Member;
  /** How many there are, this one included. */
  readonly count: number;
  /** From now on this worker shares the tenant's partitions. */
  share(tenant: TenantName): Sharing;
  /** Tells the others that it takes no more partitions. What it holds is given up by whoever holds it. */
  leave(): void;
  /** Tells the others that it is gone. */
  close(): Promise<void>;
}

/** A worker's part in one tenant. */
export interface Sharing {
  readonly self: Member;
  /** All that share the tenant; none after `leave`, undefined as long as this worker listens who is there. */
  readonly members: readonly Member[] | undefined;
  /** Grows whenever `members` or `isHeldElsewhere` may answer something else. */
  readonly version: number;
  /** Another worker that is there says that it holds the partition. */
  isHeldElsewhere(partition: number): boolean;
  /**
   * Tells the others that this worker holds the partition. Resolves once they can hear it, with whether nobody else said
   * so before: of several that claim one at the same time, the first on the topic has it. May never resolve.
   */
  claim(partition: number): Promise<boolean>;
  /** Takes the claim back, where there is one. */
  release(partition: number): void;
  /** Resolves once it holds: looked at now, and whenever something was heard. May never resolve. */
  when(condition: () => boolean): Promise<void>;
  /** Resolves once every other that is there has been heard anew. */
  heardAll(): Promise<void>;
  /** This worker works for the tenant no longer. */
  end(): void;
}

/** The only worker there is, of a broker that lives in its process: it knows that from the start. */
export function alone(self: Member): Workers {
  let leaving = false;
  const sharing: Sharing = {
    self,
    get members() {
      return leaving ? [] : [self];
    },
    version: 0,
    isHeldElsewhere: () => false,
    claim: () => Promise.resolve(true),
    release: () => undefined,
    when: (condition) => (condition() ? Promise.resolve() : new Promise(() => undefined)),
    heardAll: () => Promise.resolve(),
    end: () => undefined,
  };
  return {
    self,
    count: 1,
    share: () => sharing,
    leave: () => {
      leaving = true;
    },
    close: () => Promise.resolve(),
  };
}
