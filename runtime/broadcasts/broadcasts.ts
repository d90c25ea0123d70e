import type { EventId } from '../../channels/brands.ts';
import { USUAL_PER_SECOND } from '../../dsl/limits.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import type { Machines } from '../../dsl/step/contract.ts';
import { readAudience, type Audience } from './audience.ts';
import { emptinessOf, reportOf, type AudienceReport } from './audience-report.ts';
import type { BroadcastDatabase } from './database.ts';
import { BroadcastError } from './errors.ts';
import { itemsOf, missedBroadcast, newBroadcast, type Order } from './new-broadcast.ts';
import { Run, type RunOptions } from './run.ts';
import { BroadcastStore, type Broadcast, type BroadcastState, type Statement } from './store.ts';

export interface BroadcastsOptions extends Omit<RunOptions, 'store'> {
  /** Kept over restarts; closed by whoever opened it. */
  readonly database: BroadcastDatabase;
  /** Those in force. */
  readonly machines: () => Machines;
  /** Never twice the same, over restarts too. */
  readonly newId: () => string;
}

export interface BroadcastRequest {
  readonly definition: string;
  readonly csv: Buffer;
  /** Letters, digits, `.`, `_` and `-`; so never that of a schedule, which has a `@`. Default: the definition and the time. */
  readonly name?: string | undefined;
  /** What the customer calls the audience. Default: the name. */
  readonly audience?: string | undefined;
  readonly perSecond?: number | undefined;
  /** ISO 3166 code of phone numbers without `+`. */
  readonly country?: string | undefined;
}

export interface BroadcastStats {
  readonly begun: number;
  readonly missed: number;
}

/** As people see it. */
export type BroadcastSummary = Omit<Broadcast, 'source' | 'partitions' | 'statements'>;

const NOBODY: Audience = { recipients: [], skipped: [], ignored: [] };

const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

/** The broadcasts of one tenant that were requested at this process: it keeps their lists and drives them. */
export class Broadcasts {
  readonly #options: BroadcastsOptions;
  readonly #store: BroadcastStore;
  readonly #runs = new Map<string, Run>();
  readonly #stats = { begun: 0, missed: 0 };

  constructor(options: BroadcastsOptions) {
    this.#options = options;
    this.#store = new BroadcastStore(options.database);
  }

  /** Goes on with what a former process left. */
  async start(): Promise<void> {
    await this.#store.dropOrphans();
    for (const { name, endedAt, statements } of this.#store.all()) {
      if (endedAt === undefined || statements.length > 0) this.#drive(name);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.stop()));
  }

  /** What a request would do. Throws BroadcastError. */
  async check(request: BroadcastRequest): Promise<AudienceReport> {
    const { audience } = await this.#read(request);
    return reportOf(audience);
  }

  /** Resolves once it is durable; from then on it goes by itself. Throws BroadcastError. */
  async request(
    request: BroadcastRequest,
  ): Promise<{ readonly broadcast: BroadcastSummary; readonly report: AudienceReport }> {
    const { machine, audience } = await this.#read(request);
    const report = reportOf(audience);
    const emptiness = emptinessOf(audience);
    if (emptiness !== undefined) throw new BroadcastError('audience-empty', emptiness);
    const broadcast = newBroadcast(this.#orderOf(request, machine), audience, this.#options.clock.now());
    if (!(await this.#add(broadcast, audience))) throw taken(broadcast.name);
    return { broadcast: summaryOf(broadcast), report };
  }

  /** Since the process started. */
  get stats(): BroadcastStats {
    return this.#stats;
  }

  has(name: string): boolean {
    return this.#store.get(name) !== undefined;
  }

  /** As `request`, of what is known already. Repeatable: nothing happens where the name is taken. */
  async send(order: Order, audience: Audience): Promise<void> {
    await this.#add(newBroadcast(order, audience, this.#options.clock.now()), audience);
  }

  /** States that a schedule came due without anybody being targeted. Repeatable. */
  async miss(order: Order & Required<Pick<Order, 'schedule'>>, dueMs: number, reason: string): Promise<void> {
    await this.#add(missedBroadcast(order, dueMs, reason, this.#options.clock.now()), NOBODY);
  }

  /** Newest first. */
  list(): readonly BroadcastSummary[] {
    return this.#store.all().map(summaryOf);
  }

  /** Throws BroadcastError `broadcast-unknown`. */
  get(name: string): BroadcastSummary {
    const broadcast = this.#store.get(name);
    if (!broadcast) throw unknown(name);
    return summaryOf(broadcast);
  }

  /** Nobody else is started. Repeatable. */
  pause(name: string, reason: string): Promise<BroadcastSummary> {
    return this.#change(name, 'paused', { type: 'broadcast.paused', data: { broadcast: name, reason } });
  }

  /** Repeatable. */
  resume(name: string): Promise<BroadcastSummary> {
    return this.#change(name, 'running', { type: 'broadcast.resumed', data: { broadcast: name } });
  }

  /** For good. Conversations that it started go on. Repeatable. */
  cancel(name: string, reason: string): Promise<BroadcastSummary> {
    return this.#change(name, 'cancelled', { type: 'broadcast.cancelled', data: { broadcast: name, reason } });
  }

  async #read({ definition, csv, name, country }: BroadcastRequest): Promise<{ machine: Machine; audience: Audience }> {
    if (name !== undefined && !NAME.test(name)) {
      throw new BroadcastError(
        'broadcast-name-invalid',
        `"${name}" is no name for a broadcast: use letters, digits, ".", "_" and "-", 100 at most`,
      );
    }
    if (name !== undefined && this.#store.get(name)) throw taken(name);
    const active = this.#options.machines().active();
    const machine = active.find((candidate) => candidate.name === definition);
    if (!machine) {
      throw new BroadcastError('broadcast-definition-unknown', `no definition "${definition}" is in force`);
    }
    if (!startsByBroadcast(machine)) {
      throw new BroadcastError(
        'broadcast-definition-unknown',
        `"${definition}" does not start by a broadcast: add "- broadcast: true" to its "start"`,
      );
    }
    const inputs = machine.flows['main']?.inputs ?? {};
    return { machine, audience: await readAudience(csv, { inputs, country }) };
  }

  #orderOf(request: BroadcastRequest, machine: Machine): Order {
    const { clock, newId } = this.#options;
    const nowMs = clock.now();
    const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '');
    const name = request.name ?? `${machine.name}-${stamp}-${newId().slice(0, 4)}`;
    const { perSecond = USUAL_PER_SECOND, audience = name } = request;
    // The moment lets consumers forget sources of long ago; the id tells two of one name apart.
    return { name, source: `/broadcasts/${name}/${nowMs}-${newId()}`, machine, audience, perSecond };
  }

  async #change(name: string, state: BroadcastState, stated: Omit<Statement, 'id'>): Promise<BroadcastSummary> {
    const { clock, newId } = this.#options;
    let ended: BroadcastState | undefined;
    const broadcast = await this.#store.update(name, (present) => {
      if (present.state === state) return present;
      if (present.endedAt !== undefined) {
        ended = present.state;
        return present;
      }
      return {
        ...present,
        state,
        ...(state === 'cancelled' && { endedAt: new Date(clock.now()).toISOString() }),
        statements: [...present.statements, { ...stated, id: newId() as EventId }],
      };
    });
    if (!broadcast) throw unknown(name);
    if (ended) throw new BroadcastError('broadcast-ended', `broadcast "${name}" is ${ended} already`);
    this.#runs.get(name)?.changed();
    return summaryOf(broadcast);
  }

  async #add(broadcast: Broadcast, audience: Audience): Promise<boolean> {
    const { partitions } = this.#options;
    const isNew = await this.#store.add({ ...broadcast, partitions }, itemsOf(audience));
    if (!isNew) return false;
    this.#stats[broadcast.state === 'missed' ? 'missed' : 'begun']++;
    this.#drive(broadcast.name);
    return true;
  }

  #drive(name: string): void {
    this.#runs.set(name, new Run(name, { ...this.#options, store: this.#store }));
  }
}

function startsByBroadcast({ starts }: Machine): boolean {
  return starts.some(({ on }) => on === 'broadcast');
}

function summaryOf({
  source: _source,
  partitions: _partitions,
  statements: _statements,
  ...summary
}: Broadcast): BroadcastSummary {
  return summary;
}

function unknown(name: string): BroadcastError {
  return new BroadcastError(
    'broadcast-unknown',
    `there is no broadcast "${name}": \`parlance broadcasts list\` shows them`,
  );
}

function taken(name: string): BroadcastError {
  return new BroadcastError('broadcast-exists', `there is a broadcast "${name}" already: choose another name`);
}
