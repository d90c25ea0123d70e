import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import type { Argv, CommandModule } from 'yargs';
import { ParlanceError } from '../../../channels/error.ts';
import type { Entries } from '../../../dsl/migrate/plan.ts';
import type { MigrationPlan, MigrationProgress } from '../../definitions/migrations.ts';
import { reasonOf } from '../../project/file-problem.ts';
import { EXIT } from '../exit-codes.ts';
import { askPlatform, printAnswer, withPlatformOptions, type PlatformArguments } from '../platform-request.ts';
import { columns } from './columns.ts';

/** How long nothing may change before what is left is told as such: a partition that changes hands takes seconds. */
const QUIET_MS = 30_000;
const POLL_MS = 500;

class MappingError extends ParlanceError<'migration-map-invalid'> {}

interface MigrateArguments extends PlatformArguments {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly map: readonly string[];
  readonly apply: boolean;
  readonly anyway: boolean;
}

export const migrateCommand: CommandModule<object, MigrateArguments> = {
  command: 'migrate <name>',
  describe: 'Move running conversations to another version; without --apply only tell how that would go',
  builder: (yargs: Argv) =>
    withPlatformOptions(yargs)
      .positional('name', { type: 'string', demandOption: true, describe: 'Of the definition' })
      .option('from', { type: 'string', demandOption: true, describe: 'Version that they run on' })
      .option('to', { type: 'string', demandOption: true, describe: 'Version that they are to run on' })
      .option('map', {
        type: 'string',
        array: true,
        default: [],
        describe: 'STATE=STEP: begin a step of the new version in place of a state; or a YAML file of STATE: STEP',
      })
      .option('apply', { type: 'boolean', default: false, describe: 'Do it' })
      .option('anyway', { type: 'boolean', default: false, describe: 'Although some that were tried would fail' })
      .epilogue('Exit codes: 0 it can be done, or was done; 1 it can not, or some were refused; 2 wrong usage'),
  handler: async (args) => {
    process.exitCode = await migrate(args);
  },
};

async function migrate(args: MigrateArguments): Promise<number> {
  const { from, to, apply, anyway } = args;
  const states = await entriesOf(args.map);
  const body = JSON.stringify({ from, to, states, apply, anyway });
  const plan = (await askPlatform(args, { method: 'POST', path: pathOf(args), body })) as MigrationPlan & {
    readonly migration?: string;
  };
  if (plan.migration === undefined) {
    printAnswer(args, plan, () => planText(plan));
    return plan.refusals.length === 0 ? EXIT.ok : EXIT.failed;
  }
  if (!args.json) process.stdout.write(planText(plan, true));
  const progress = await followed(args, { ...plan, migration: plan.migration });
  const left = progress.requested - progress.migrated - progress.refused;
  printAnswer(args, { ...progress, states: plan.states }, () => reportText(progress, left));
  return progress.refused + left === 0 ? EXIT.ok : EXIT.failed;
}

/** Resolves once every conversation has said what became of it, or none has for a while. */
async function followed(
  args: MigrateArguments,
  { migration, definition, conversations }: MigrationPlan & { readonly migration: string },
): Promise<MigrationProgress> {
  let last: MigrationProgress = {
    ...{ migration, definition, requested: conversations },
    ...{ migrated: 0, refused: 0, refusals: [] },
  };
  let changedAtMs = Date.now();
  for (;;) {
    const progress = (await progressOf(args, migration)) ?? last;
    const told = progress.migrated + progress.refused;
    if (told !== last.migrated + last.refused) {
      changedAtMs = Date.now();
      process.stderr.write(`${told.toString()} of ${progress.requested.toString()}\n`);
    }
    last = progress;
    if (told >= last.requested || Date.now() - changedAtMs > QUIET_MS) return last;
    await pause(POLL_MS);
  }
}

/** Undefined while the store does not have it. */
async function progressOf(args: MigrateArguments, migration: string): Promise<MigrationProgress | undefined> {
  try {
    const path = `${pathOf(args)}/${encodeURIComponent(migration)}`;
    return (await askPlatform(args, { method: 'GET', path })) as MigrationProgress;
  } catch (error) {
    if (error instanceof ParlanceError && error.code === 'migration-unknown') return undefined;
    throw error;
  }
}

function pathOf({ name }: MigrateArguments): string {
  return `definitions/${encodeURIComponent(name)}/migrations`;
}

async function entriesOf(maps: readonly string[]): Promise<Entries> {
  const entries: { left: string; entered: string }[] = [];
  for (const map of maps) {
    const [, left, entered] = /^([^=]+)=(.+)$/.exec(map) ?? [];
    if (left !== undefined && entered !== undefined) entries.push({ left, entered });
    else entries.push(...(await entriesIn(map)));
  }
  return entries;
}

async function entriesIn(file: string): Promise<Entries> {
  let value: unknown;
  try {
    value = parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new MappingError('migration-map-invalid', `${file}: ${reasonOf(cause)}`, { cause });
  }
  const pairs = Object.entries((value ?? {}) as Record<string, unknown>);
  return pairs.map(([left, entered]) => {
    if (typeof entered === 'string') return { left, entered };
    throw new MappingError('migration-map-invalid', `${file}: "${left}" has no step; expected STATE: STEP`);
  });
}

function planText({ definition, from, to, conversations, states, refusals }: MigrationPlan, isDone = false): string {
  const rows = states.map((one) => [
    ...[one.state, one.conversations.toString(), one.becomes, one.step ?? '-', one.tried.toString()],
    one.problems.length === 0 ? '' : `${one.problems.length.toString()} (below)`,
  ]);
  const table = states.length === 0 ? '' : columns(['state', 'running', 'becomes', 'step', 'tried', 'problems'], rows);
  const problems = states.flatMap(({ state, problems: found }) => found.map((one) => `"${state}": ${one}\n`));
  const last = isDone ? '' : refusals.length > 0 ? 'It can not be done so.\n' : 'Nobody was moved: --apply does it.\n';
  return [
    `${definition} ${from} → ${to}: ${conversations.toString()} to move.\n`,
    ...[table, ...problems, ...refusals.map((one) => `${one}\n`), last],
  ].join('');
}

function reportText({ migrated, refused, refusals }: MigrationProgress, left: number): string {
  const because = refusals.map(
    ({ code, reason, conversations }) => `  ${conversations.toString()} ${code}: ${reason}\n`,
  );
  const open = left === 0 ? '' : `${left.toString()} have not answered: the same command asks them again.\n`;
  return [`${migrated.toString()} moved, ${refused.toString()} refused.\n`, ...because, open].join('');
}
