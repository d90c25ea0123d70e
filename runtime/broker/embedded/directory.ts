import { BrokerError } from '../errors.ts';
import type { RetentionPolicy } from '../port.ts';
import { partitionTopic } from '../../../channels/topics.ts';
import type { Clock } from '../../clock.ts';
import type { GroupCommit } from './group-commit.ts';
import type { Store, Write } from './store.ts';

interface Namespace {
  readonly retention: RetentionPolicy;
  readonly roles: readonly string[];
}

type Section = 'tenant' | 'namespace' | 'topic' | 'partition';

const MS_PER_SECOND = 1000;

/** Which tenants, namespaces, topics and partitions there are. In memory, and in the table `meta` as `section/name`. */
export class Directory {
  readonly #group: GroupCommit;
  readonly #clock: Clock;
  readonly #tenants = new Set<string>();
  readonly #namespaces = new Map<string, Namespace>();
  readonly #partitionCounts = new Map<string, number>();
  readonly #ledgers = new Map<string, number>();
  /** By topic that is being created or grown. */
  readonly #changing = new Map<string, Promise<void>>();
  #lastLedger = 0;

  constructor(store: Store, group: GroupCommit, clock: Clock) {
    this.#group = group;
    this.#clock = clock;
    const everything = { from: Buffer.from([0]), before: Buffer.from([0xff]) };
    for (const { key, value } of store.range('meta', everything)) {
      const [section = '', ...name] = key.toString('utf8').split('/');
      this.#remember(section as Section, name.join('/'), JSON.parse(value.toString('utf8')));
    }
  }

  get tenants(): readonly string[] {
    return [...this.#tenants].sort();
  }

  get partitionTopics(): readonly string[] {
    return [...this.#ledgers.keys()];
  }

  async createTenant(tenant: string): Promise<void> {
    if (!this.#tenants.has(tenant)) await this.#save([['tenant', tenant, {}]]);
  }

  /** An existing namespace gets the new policy. */
  async createNamespace(tenant: string, namespace: string, retention: RetentionPolicy): Promise<void> {
    if (!this.#tenants.has(tenant)) throw new BrokerError('broker-refused', `there is no tenant "${tenant}"`);
    const name = `${tenant}/${namespace}`;
    const roles = this.#namespaces.get(name)?.roles ?? [];
    await this.#save([['namespace', name, { retention, roles } satisfies Namespace]]);
  }

  async grantPermission(tenant: string, namespace: string, role: string): Promise<void> {
    const name = `${tenant}/${namespace}`;
    const known = this.#namespace(name);
    if (!known.roles.includes(role))
      await this.#save([['namespace', name, { ...known, roles: [...known.roles, role] }]]);
  }

  createPartitionedTopic(topic: string, partitions: number): Promise<void> {
    return this.#inTurn(topic, () => this.#createPartitionedTopic(topic, partitions));
  }

  async #createPartitionedTopic(topic: string, partitions: number): Promise<void> {
    this.#namespace(namespaceOf(topic));
    const present = this.partitions(topic);
    if (present === partitions) return;
    if (present > 0) {
      throw new BrokerError('partitions-differ', `${topic} has ${present} partitions and cannot get ${partitions}`);
    }
    if (!Number.isInteger(partitions) || partitions < 1) {
      throw new BrokerError('broker-refused', `a topic has 1 partition or more, not ${partitions}`);
    }
    await this.#addPartitions(topic, 0, partitions);
  }

  growPartitionedTopic(topic: string, partitions: number): Promise<void> {
    return this.#inTurn(topic, () => this.#growPartitionedTopic(topic, partitions));
  }

  async #growPartitionedTopic(topic: string, partitions: number): Promise<void> {
    const present = this.partitions(topic);
    if (present === 0) throw new BrokerError('topic-missing', `there is no topic ${topic}`);
    if (partitions < present) {
      throw new BrokerError(
        'partitions-differ',
        `${topic} has ${present} partitions and cannot shrink to ${partitions}`,
      );
    }
    if (partitions > present) await this.#addPartitions(topic, present, partitions);
  }

  /** Each change of a topic sees what the one before it made: a partition must not get a second ledger. */
  #inTurn(topic: string, change: () => Promise<void>): Promise<void> {
    const before = this.#changing.get(topic);
    const changed = before === undefined ? change() : before.then(change, change);
    this.#changing.set(topic, changed);
    const forget = (): void => {
      if (this.#changing.get(topic) === changed) this.#changing.delete(topic);
    };
    changed.then(forget, forget);
    return changed;
  }

  async #addPartitions(topic: string, from: number, partitions: number): Promise<void> {
    const records = Array.from({ length: partitions - from }, (_, index): [Section, string, object] => {
      // Never one that was used before, even by a folder that was deleted: positions kept elsewhere must not match.
      this.#lastLedger = Math.max(this.#lastLedger + 1, Math.floor(this.#clock.now() / MS_PER_SECOND));
      return ['partition', partitionTopic(topic, from + index), { ledger: this.#lastLedger }];
    });
    await this.#save([['topic', topic, { partitions }], ...records]);
  }

  /** 0 where the topic does not exist. */
  partitions(topic: string): number {
    return this.#partitionCounts.get(topic) ?? 0;
  }

  /** The incarnation of a partition topic. Throws `topic-missing`. */
  ledgerOf(partitionTopic: string): number {
    const ledger = this.#ledgers.get(partitionTopic);
    if (ledger !== undefined) return ledger;
    throw new BrokerError('topic-missing', `there is no topic ${partitionTopic}: create its tenant's topics first`);
  }

  retentionOf(topic: string): RetentionPolicy {
    return this.#namespace(namespaceOf(topic)).retention;
  }

  #namespace(name: string): Namespace {
    const namespace = this.#namespaces.get(name);
    if (!namespace) throw new BrokerError('broker-refused', `there is no namespace "${name}"`);
    return namespace;
  }

  async #save(records: readonly [Section, string, object][]): Promise<void> {
    const writes = records.map(([section, name, value]): Write => ({
      table: 'meta',
      key: Buffer.from(`${section}/${name}`),
      value: Buffer.from(JSON.stringify(value)),
    }));
    await this.#group.write(writes);
    for (const [section, name, value] of records) this.#remember(section, name, value);
  }

  #remember(section: Section, name: string, value: unknown): void {
    switch (section) {
      case 'tenant':
        this.#tenants.add(name);
        break;
      case 'namespace':
        this.#namespaces.set(name, value as Namespace);
        break;
      case 'topic':
        this.#partitionCounts.set(name, (value as { partitions: number }).partitions);
        break;
      case 'partition': {
        const { ledger } = value as { ledger: number };
        this.#ledgers.set(name, ledger);
        this.#lastLedger = Math.max(this.#lastLedger, ledger);
        break;
      }
    }
  }
}

/** `persistent://acme/messaging/events` → `acme/messaging` */
function namespaceOf(topic: string): string {
  const match = /^persistent:\/\/([^/]+\/[^/]+)\/[^/]+$/.exec(topic);
  if (match?.[1] !== undefined) return match[1];
  throw new BrokerError('broker-refused', `"${topic}" is no topic: expected persistent://TENANT/NAMESPACE/TOPIC`);
}
