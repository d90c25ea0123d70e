import type { Machine } from '../../dsl/machine/machine.ts';
import { planStates, problemsOfEntries, type Entries, type StatePlan } from '../../dsl/migrate/plan.ts';
import { sleep, type Clock } from '../clock.ts';
import type { MachineTable } from '../engine/machine-table.ts';
import type { Publisher } from '../events/publisher.ts';
import { DefinitionError } from './errors.ts';
import type { Occupancy, Occupant, Outcome } from './occupancy.ts';
import { knownDefinition, versionOf } from './published.ts';

/** Conversations tried of each state: what goes wrong with one mostly goes wrong with all. */
const TRIED_PER_STATE = 3;

/** How long answers to trials are waited for: engines answer at once, unless a partition is changing hands. */
const TRIAL_BUDGET_MS = 15_000;
const TRIAL_PAUSE_MS = 100;

/** How long the store is waited for: where it is behind, the plan says less than there is, and asking again says more. */
const SETTLE_BUDGET_MS = 10_000;

/** Requests on their way at a time. */
const BATCH = 500;

export interface MigrationsOptions {
  readonly table: Pick<MachineTable, 'definitions'>;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly occupancy: Occupancy;
  /** Resolves once the store has what was published so far. */
  readonly settled: (signal: AbortSignal) => Promise<unknown>;
  readonly clock: Clock;
}

export interface MigrationRequest {
  readonly definition: string;
  /** Beginnings of hashes. */
  readonly from: string;
  readonly to: string;
  readonly states: Entries;
}

export interface MigrationPlan {
  readonly definition: string;
  readonly from: string;
  readonly to: string;
  /** Under way on the old version. */
  readonly conversations: number;
  /** Those in which conversations stand, and those that are not the same in the new version. */
  readonly states: readonly OccupiedState[];
  /** Why it can not be done as it is; empty: it can. */
  readonly refusals: readonly string[];
}

export interface OccupiedState extends StatePlan {
  readonly conversations: number;
  readonly tried: number;
  /** What would go wrong with those that were tried. */
  readonly problems: readonly string[];
}

export interface MigrationProgress {
  readonly migration: string;
  readonly definition: string;
  readonly requested: number;
  readonly migrated: number;
  readonly refused: number;
  readonly refusals: readonly Pick<Outcome, 'code' | 'reason' | 'conversations'>[];
}

/** Moves conversations to another version: each step of it an event. */
export class Migrations {
  readonly #options: MigrationsOptions;

  constructor(options: MigrationsOptions) {
    this.#options = options;
  }

  /** Moves nobody. Rejects with DefinitionError, or StoreError where the store can not be asked. */
  async plan(request: MigrationRequest): Promise<MigrationPlan> {
    return (await this.#plan(request)).plan;
  }

  /** Asks every conversation on the old version to move. `anyway`: although some that were tried would fail. */
  async apply(request: MigrationRequest, anyway: boolean): Promise<MigrationPlan & { readonly migration: string }> {
    const { plan, occupants, before, after } = await this.#plan(request);
    const problems = plan.states.flatMap(({ state, problems: found }) => found.map((one) => `"${state}": ${one}`));
    const reasons = [...plan.refusals, ...(anyway ? [] : problems)];
    if (reasons.length > 0) throw new DefinitionError('migration-unsafe', reasons.join('\n'));
    const migration = await this.#request(before, after, occupants, request.states, false);
    return { ...plan, migration };
  }

  /** As far as the store has come. */
  async progress(migration: string): Promise<MigrationProgress> {
    const { occupancy } = this.#options;
    await this.#settle();
    const request = await occupancy.requested(migration);
    if (!request) throw new DefinitionError('migration-unknown', `the store has no migration ${migration}`);
    const outcomes = await occupancy.outcomes(migration);
    const sum = (of: readonly Outcome[]): number => of.reduce((total, { conversations }) => total + conversations, 0);
    const refused = outcomes.filter(({ type }) => type === 'conversation.migration-refused');
    const { definition, conversations } = request;
    return {
      ...{ migration, definition, requested: conversations },
      migrated: sum(outcomes) - sum(refused),
      refused: sum(refused),
      refusals: refused.map(({ code, reason, conversations: count }) => ({ code, reason, conversations: count })),
    };
  }

  async #plan(request: MigrationRequest): Promise<Planned> {
    const { table, occupancy } = this.#options;
    const definition = knownDefinition(table.definitions, request.definition);
    const before = versionOf(definition, request.from).machine;
    const after = versionOf(definition, request.to).machine;
    const wrong = [
      ...(before === after ? [`both are version ${before.version}`] : []),
      ...problemsOfEntries(before, after, request.states),
    ];
    if (wrong.length > 0) throw new DefinitionError('migration-invalid', wrong.join('\n'));
    await this.#settle();
    const occupants = await occupancy.on(before.hash);
    const states = planStates(before, after, request.states);
    const problems = await this.#try({ before, after, occupants }, states, request.states);
    const occupied = states
      .map((state): OccupiedState => {
        const here = occupants.filter((one) => one.state === state.state);
        const tried = problems.filter((one) => here.some(({ conversation }) => conversation === one.conversation));
        const found = tried.flatMap((one) => one.problems.map(({ code, reason }) => `${code}: ${reason}`));
        return { ...state, conversations: here.length, tried: tried.length, problems: [...new Set(found)] };
      })
      .filter(({ conversations, becomes }) => conversations > 0 || becomes !== 'same');
    const refusals = occupied
      .filter(({ becomes, conversations }) => becomes === 'removed' && conversations > 0)
      .map(({ state, conversations }) => unmapped(state, conversations, after));
    const { name } = before;
    const plan = { definition: name, from: before.version, to: after.version, conversations: occupants.length };
    return { plan: { ...plan, states: occupied, refusals }, occupants, before, after };
  }

  /** A few of each state that can be moved; undefined answers are told as problems. */
  async #try({ before, after, occupants }: Occupied, states: readonly StatePlan[], entries: Entries): Promise<Trial[]> {
    const { occupancy, clock } = this.#options;
    const chosen = states
      .filter(({ becomes }) => becomes !== 'removed')
      .flatMap(({ state }) => occupants.filter((one) => one.state === state).slice(0, TRIED_PER_STATE));
    if (chosen.length === 0) return [];
    const cause = await this.#request(before, after, chosen, entries, true);
    const end = clock.now() + TRIAL_BUDGET_MS;
    for (;;) {
      await this.#settle();
      const tried = await occupancy.tried(cause);
      if (tried.length < chosen.length && clock.now() < end) {
        await sleep(clock, TRIAL_PAUSE_MS);
        continue;
      }
      return chosen.map(({ conversation }) => {
        const problems = tried.find((one) => one.conversation === conversation)?.problems;
        return { conversation, problems: problems ?? [NO_ANSWER] };
      });
    }
  }

  async #settle(): Promise<void> {
    const { settled, clock } = this.#options;
    const waiting = new AbortController();
    await Promise.race([settled(waiting.signal), sleep(clock, SETTLE_BUDGET_MS)]);
    waiting.abort();
  }

  /** Resolves with the id of the event that says so, once every conversation is asked. */
  async #request(
    before: Machine,
    after: Machine,
    occupants: readonly Occupant[],
    states: Entries,
    trial: boolean,
  ): Promise<string> {
    const { publisher } = this.#options;
    const versions = { from: before.hash, to: after.hash, states, ...(trial ? { trial } : {}) };
    const { id } = await publisher.publish('definitions', {
      type: 'definition.migration-requested',
      data: { definition: before.name, ...versions, conversations: occupants.length },
      partitionkey: before.name,
    });
    for (let start = 0; start < occupants.length; start += BATCH) {
      await Promise.all(
        occupants.slice(start, start + BATCH).map(({ conversation, contact }) =>
          publisher.publish('messaging', {
            ...{ type: 'conversation.migration-requested', subject: contact, correlationid: conversation },
            ...{ causationid: id, data: { conversation, ...versions } },
          }),
        ),
      );
    }
    return id;
  }
}

const NO_ANSWER = { code: 'no-answer', reason: 'the engine has not answered yet: try again' };

interface Occupied {
  readonly before: Machine;
  readonly after: Machine;
  readonly occupants: readonly Occupant[];
}

interface Planned extends Occupied {
  readonly plan: MigrationPlan;
}

interface Trial {
  readonly conversation: string;
  readonly problems: readonly { readonly code: string; readonly reason: string }[];
}

function unmapped(state: string, conversations: number, after: Machine): string {
  const who = conversations === 1 ? '1 conversation waits' : `${conversations.toString()} conversations wait`;
  return `${who} in "${state}", which ${after.version} does not have: name a step for it, --map ${state}=STEP`;
}
