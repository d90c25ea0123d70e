import type { EventId } from '../../channels/brands.ts';
import type { Machine } from '../../dsl/machine.ts';
import type { Machines } from '../../dsl/step/contract.ts';
import { readAudience, type Audience } from './audience.ts';
import { BroadcastError } from './errors.ts';
import { MAX_REPORTED_LINES, USUAL_PER_SECOND } from './limits.ts';
import { Run, type RunOptions } from './run.ts';
import { BroadcastStore, type Broadcast, type BroadcastState, type Item, type Statement } from './store.ts';

export interface BroadcastsOptions extends Omit<RunOptions, 'store'> {
  /** A folder of its own, kept over restarts. */
  readonly folder: string;
  /** Those in force. */
  readonly machines: () => Machines;
  /** Never twice the same, over restarts too. */
  readonly newId: () => string;
}

export interface BroadcastRequest {
  readonly definition: string;
  readonly csv: Buffer;
  /** Letters, digits, `.`, `_` and `-`. Default: the definition and the time. */
  readonly name?: string | undefined;
  /** What the customer calls the audience. Default: the name. */
  readonly audience?: string | undefined;
  readonly perSecond?: number | undefined;
  /** ISO 3166 code of phone numbers without `+`. */
  readonly country?: string | undefined;
}

/** What became of the file. */
export interface AudienceReport {
  readonly recipients: number;
  readonly skipped: number;
  /** The first of them. */
  readonly lines: readonly { readonly line: number; readonly reason: string }[];
  readonly ignoredColumns: readonly string[];
}

/** As people see it. */
export type BroadcastSummary = Omit<Broadcast, 'source' | 'statements'>;

const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

/** The broadcasts of one tenant that were requested at this process: it keeps their lists and drives them. */
export class Broadcasts {
  readonly #options: BroadcastsOptions;
  readonly #store: BroadcastStore;
  readonly #runs = new Map<string, Run>();

  constructor(options: BroadcastsOptions) {
    this.#options = options;
    this.#store = new BroadcastStore(options.folder);
  }

  /** Goes on with what a former process left. */
  async start(): Promise<void> {
    await this.#store.dropOrphans();
    for (const { name, state, statements } of this.#store.all()) {
      const hasEnded = state === 'completed' || state === 'cancelled';
      if (!hasEnded || statements.length > 0) this.#drive(name);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.stop()));
    await this.#store.close();
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
    if (report.recipients === 0) {
      const [first] = report.lines;
      const why = first ? `; line ${first.line}: ${first.reason}` : '';
      throw new BroadcastError('audience-empty', `no line of the file can be used${why}`);
    }
    const broadcast = this.#newBroadcast(request, machine, report);
    if (!(await this.#store.add(broadcast, itemsOf(audience)))) throw taken(broadcast.name);
    this.#drive(broadcast.name);
    return { broadcast: summaryOf(broadcast), report };
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

  #newBroadcast(request: BroadcastRequest, machine: Machine, report: AudienceReport): Broadcast {
    const { clock, newId } = this.#options;
    const { name: definition, version, hash } = machine;
    const nowMs = clock.now();
    const requestedAt = new Date(nowMs).toISOString();
    const name = request.name ?? `${definition}-${requestedAt.slice(0, 19).replaceAll(':', '')}-${newId().slice(0, 4)}`;
    const { perSecond = USUAL_PER_SECOND, audience = name } = request;
    const { recipients, skipped } = report;
    // The moment lets consumers forget sources of long ago; the id tells two of one name apart.
    const source = `/broadcasts/${name}/${nowMs}-${newId()}`;
    const statement = (what: string, data: object): Statement => ({
      id: `${source}/${what}` as EventId,
      type: `broadcast.${what}`,
      data: { broadcast: name, definition, ...data },
    });
    return {
      ...{ name, definition, version, machine: hash, perSecond, audience, recipients, skipped, requestedAt, source },
      state: 'running',
      position: 0,
      statements: [
        statement('requested', { audience, perSecond }),
        statement('started', { version, machine: hash, recipients }),
      ],
    };
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

  #drive(name: string): void {
    this.#runs.set(name, new Run(name, { ...this.#options, store: this.#store }));
  }
}

function startsByBroadcast({ starts }: Machine): boolean {
  return starts.some(({ on }) => (on as string) === 'broadcast');
}

/** Those left out last: whoever looks at the events sees people being started first. */
function itemsOf({ recipients, skipped }: Audience): readonly Item[] {
  return [
    ...recipients.map((recipient): Item => ({ kind: 'target', ...recipient })),
    ...skipped.flatMap(({ address, reason }): readonly Item[] =>
      address === undefined ? [] : [{ kind: 'skip', address, reason }],
    ),
  ];
}

function reportOf({ recipients, skipped, ignored }: Audience): AudienceReport {
  return {
    recipients: recipients.length,
    skipped: skipped.length,
    lines: skipped.slice(0, MAX_REPORTED_LINES).map(({ line, reason }) => ({ line, reason })),
    ignoredColumns: ignored,
  };
}

function summaryOf({ source: _source, statements: _statements, ...summary }: Broadcast): BroadcastSummary {
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
