/** What an operator asks the platform for in a world, and when. */
import { CARRIER } from './carrier.ts';
import { GREETING_ANEW, simulatedMachines } from './definitions.ts';
import type { Random } from './random.ts';

export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: string;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What answers an operator, as long as its process lives. */
export interface Desk {
  /** Rejects where asking again later may help. */
  readonly ask: (question: Question) => Promise<Answer>;
  /** Completes a growth to so many partitions. */
  readonly grow: (to: number) => Promise<void>;
}

export interface Errand {
  readonly atMs: number;
  readonly what: string;
  /** Repeated until it resolves. */
  readonly run: (desk: Desk) => Promise<void>;
}

export interface ErrandsPlan {
  readonly random: Random;
  readonly durationMs: number;
  /** Partitions afterwards, where the tenant grows. */
  readonly growsTo: number | undefined;
}

export function errandsOf({ random, durationMs, growsTo }: ErrandsPlan): readonly Errand[] {
  const errands: Errand[] = [];
  const add = (atMs: number, what: string, run: Errand['run']): void => {
    errands.push({ atMs, what, run });
  };
  const asks = (atMs: number, question: Question): void => {
    add(atMs, `${question.method} ${question.path}`, async ({ ask }) => {
      await ask(question);
    });
  };
  if (random.chance(0.8))
    asks(random.below(durationMs), { method: 'PUT', path: '/lists/members', body: people(random) });
  if (random.chance(0.2))
    asks(random.below(durationMs), {
      method: 'PUT',
      path: '/lists/members',
      query: 'dryRun=true',
      body: people(random),
    });
  if (random.chance(0.2)) asks(random.below(durationMs), { method: 'DELETE', path: '/lists/members' });
  for (let at = random.below(3); at > 0; at--) sendBroadcast(`offer-${at}`);
  if (random.chance(0.6)) publishAnew();
  for (let looks = random.between(1, 3); looks > 0; looks--) {
    const [isResumed, how] = [random.chance(0.5), random.pick(['redrive', 'redrive', 'drop'])];
    add(random.below(durationMs * 2), 'look after the parked', (desk) => lookAfterParked(desk, isResumed));
    add(random.below(durationMs * 2), 'look after dead letters', (desk) => lookAfterDeadLetters(desk, how));
  }
  if (growsTo !== undefined) add(random.below(durationMs), 'grow', ({ grow }) => grow(growsTo));
  return errands;

  function sendBroadcast(name: string): void {
    const query = `definition=offer&name=${name}&perSecond=${random.pick([1, 2, 50])}`;
    const atMs = random.below(durationMs);
    const question = { method: 'POST', path: '/broadcasts', body: people(random) } as const;
    if (random.chance(0.3)) asks(atMs, { ...question, query: `${query}&dryRun=true` });
    asks(atMs, { ...question, query });
    const on = (what: string): Question => ({ method: 'POST', path: `/broadcasts/${name}/${what}` });
    if (random.chance(0.3)) {
      let isPaused = false;
      add(atMs + random.below(3000), `pause ${name}`, async ({ ask }) => {
        await askOnceThere(ask, on('pause'));
        isPaused = true;
      });
      add(atMs + random.between(3000, 20_000), `resume ${name}`, async ({ ask }) => {
        if (!isPaused) throw new Error('it is not paused yet');
        await askOnceThere(ask, on('resume'));
      });
    }
    if (random.chance(0.15)) asks(atMs + random.below(5000), on('cancel'));
  }

  function publishAnew(): void {
    const file = 'greeting.yaml';
    const body = JSON.stringify({ definitions: [file], files: { [file]: GREETING_ANEW } });
    const atMs = random.below(durationMs);
    asks(atMs, { method: 'POST', path: '/definitions', query: `activate=${random.chance(0.7)}`, body });
    const wrong = JSON.stringify({ definitions: [file], files: { [file]: 'conversation: greeting' } });
    if (random.chance(0.3)) asks(atMs, { method: 'POST', path: '/definitions', body: wrong });
    if (random.chance(0.3)) asks(atMs, { method: 'GET', path: '/definitions' });
    const somewhenLater = (): number => atMs + random.below(durationMs);
    const on = (what: string, query = ''): Question => ({
      ...{ method: 'POST', path: `/definitions/greeting/${what}`, query },
    });
    if (random.chance(0.3)) asks(somewhenLater(), on('rollback'));
    if (random.chance(0.2)) asks(somewhenLater(), on('retire'));
    if (random.chance(0.3)) asks(somewhenLater(), on('activate', `version=${versionOf(GREETING)}`));
    if (random.chance(0.7)) add(somewhenLater(), 'migrate', ({ ask }) => migrate(ask));
  }
}

const [GREETING] = simulatedMachines();

function versionOf(machine: typeof GREETING): string {
  return machine?.version ?? '';
}

/** A list of people; some twice, some that nobody reaches. */
function people(random: Random): string {
  const lines = Array.from({ length: random.between(1, 7) }, () => `${CARRIER}:person-${random.below(9)}`);
  return ['address', ...lines, ...(random.chance(0.3) ? ['nobody'] : [])].join('\n');
}

/** One that was asked for and is not there yet is asked for again. */
async function askOnceThere(ask: Desk['ask'], question: Question): Promise<void> {
  const { status } = await ask(question);
  if (status === 404) throw new Error('the broadcast is not there yet');
}

async function migrate(ask: Desk['ask']): Promise<void> {
  const { body } = await ask({ method: 'GET', path: '/definitions/greeting' });
  const { versions } = body as { readonly versions: readonly { readonly version: string }[] };
  const to = versions.find(({ version }) => version !== versionOf(GREETING));
  if (!to) return;
  const migration = { from: versionOf(GREETING), to: to.version, states: [], apply: true, anyway: true };
  const path = '/definitions/greeting/migrations';
  await ask({ method: 'POST', path, body: JSON.stringify({ ...migration, apply: false }) });
  const answer = await ask({ method: 'POST', path, body: JSON.stringify(migration) });
  const { migration: id } = answer.body as { readonly migration?: string };
  if (id !== undefined) await ask({ method: 'GET', path: `${path}/${id}` });
}

async function lookAfterParked({ ask }: Desk, isResumed: boolean): Promise<void> {
  const { body } = await ask({ method: 'GET', path: '/conversations', query: 'parked=true' });
  const { conversations } = body as { readonly conversations: readonly { readonly conversation: string }[] };
  for (const { conversation } of conversations) {
    await ask({ method: 'GET', path: `/conversations/${conversation}` });
    if (isResumed) await ask({ method: 'POST', path: `/conversations/${conversation}/resume`, query: 'skip=true' });
    else await ask({ method: 'POST', path: `/conversations/${conversation}/cancel` });
  }
}

async function lookAfterDeadLetters({ ask }: Desk, how: string): Promise<void> {
  const { body } = await ask({ method: 'GET', path: '/dead-letters' });
  const { deadLetters } = body as { readonly deadLetters: readonly { readonly position: string }[] };
  const [first] = deadLetters;
  if (!first) return;
  await ask({ method: 'GET', path: `/dead-letters/${first.position}` });
  await ask({ method: 'POST', path: `/dead-letters/${how}`, query: 'all=true' });
}
