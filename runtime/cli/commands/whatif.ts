import { mkdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { CommandModule } from 'yargs';
import { ParlanceError } from '../../../channels/error.ts';
import type { ProjectFile } from '../../../dsl/check/project.ts';
import { hasErrors } from '../../../dsl/diagnostics/diagnostic.ts';
import { renderReport } from '../../../dsl/report/report.ts';
import { writeScenarios, type Session } from '../../../dsl/scenario/write.ts';
import { checkDefinitions } from '../../project/check-definitions.ts';
import type { Window } from '../../what-if/people-query.ts';
import type { Summary } from '../../what-if/summary.ts';
import { windowOf } from '../../what-if/recorded-window.ts';
import { readDefinitions, isShared } from '../definition-sources.ts';
import { EXIT } from '../exit-codes.ts';
import { completenessAt, lastMoment, type Completeness } from '../history/completeness.ts';
import { openTenantStore, withStoreOptions, type StoreArguments } from '../store-access.ts';
import { removeSigned, signed } from '../signed-files.ts';
import { parlanceVersion } from '../version.ts';
import { FORCE, refuseExisting, writeFiles } from '../write-files.ts';
import type { OpenBroker } from './tenants.ts';

/** Who signs what is written. */
const WRITER = 'parlance whatif';

interface WhatIfArguments extends StoreArguments {
  readonly paths: readonly string[];
  readonly against: string;
  readonly definition: string | undefined;
  readonly limit: number | undefined;
  readonly scenarios: string | undefined;
  readonly force: boolean;
  readonly json: boolean;
  readonly 'fail-on-difference': boolean;
}

export const whatIfCommand = (openBroker: OpenBroker): CommandModule<object, WhatIfArguments> => ({
  command: 'whatif <paths..>',
  describe: 'Run recorded traffic through changed definitions, without sending anything',
  builder: (yargs) =>
    withStoreOptions(yargs)
      .positional('paths', { type: 'string', array: true, demandOption: true, describe: 'Changed definitions' })
      .option('against', {
        type: 'string',
        default: 'last-7d',
        requiresArg: true,
        describe: 'Conversations that started then: last-7d, last-24h, or FROM..TO in ISO 8601',
      })
      .check(({ against }) => {
        const window = windowOf(against, Date.now());
        return typeof window === 'string' ? `--against ${window}` : true;
      })
      .option('definition', { type: 'string', requiresArg: true, describe: 'Of several, only this one is changed' })
      .option('limit', { type: 'number', requiresArg: true, describe: 'Compare so many conversations at most' })
      .option('scenarios', {
        type: 'string',
        requiresArg: true,
        describe: 'Write an example of each first divergence as a scenario into this folder',
      })
      .option('force', FORCE)
      .option('json', { type: 'boolean', default: false, describe: 'As one JSON object, with every conversation' })
      .option('fail-on-difference', {
        type: 'boolean',
        default: false,
        describe: 'Exit with 1 where any diverges, with 2 where there is nothing to compare with',
      })
      .epilogue(
        'Exit codes: 0 compared, 1 problems (or differences, where asked for), 2 wrong usage (or nothing on record, where asked for)',
      ),
  handler: async (args) => {
    process.exitCode = await compare(args, openBroker);
  },
});

async function compare(args: WhatIfArguments, openBroker: OpenBroker): Promise<number> {
  const changed = await changedDefinitions(args);
  if (typeof changed === 'number') return changed;
  const wanted = windowOf(args.against, Date.now());
  if (typeof wanted === 'string') return EXIT.usage;
  const { scenarios, force } = args;
  // Before they are made: that takes a while.
  if (scenarios !== undefined)
    refuseExisting(
      changed.map(({ machine }) => divergencesPath(scenarios, machine.name)),
      force,
    );
  const store = await openTenantStore(args);
  const { tenant } = store;
  try {
    const completeness = await completenessAt(lastMoment(wanted.to.getTime()), args, store, openBroker);
    const window = storedPart(wanted, completeness);
    const { whatIf } = await import('../../what-if/what-if.ts');
    const { unrecorded } = await import('../../what-if/unrecorded.ts');
    const { jsonReport, textReport } = await import('../../what-if/report.ts');
    const machines = changed.map(({ machine }) => machine);
    const summary = await whatIf({
      ...{ store, window, machines },
      ...(args.limit === undefined ? {} : { limit: args.limit }),
      withSessions: scenarios !== undefined,
      onProgress: showProgress(args.json),
    });
    const definitions = machines.map(({ name, version }) => ({ name, version }));
    const lacking = await unrecorded(
      store,
      machines.map(({ name }) => name),
      window,
    );
    const about = { tenant, definitions, unrecorded: lacking, ...window };
    process.stdout.write(args.json ? `${jsonReport(summary, about)}\n` : textReport(summary, about));
    if (scenarios !== undefined) await writeDivergences({ scenarios, force }, summary, changed);
    if (!args['fail-on-difference']) return EXIT.ok;
    if (summary.diverging + summary.alsoStarting > 0) return EXIT.failed;
    // Whether anything differs can not be told then.
    return lacking.length === machines.length ? EXIT.usage : EXIT.ok;
  } finally {
    await store.close();
  }
}

/** Behind it, people may have answered what the changed definition would remind them of. Throws `history-not-stored`. */
function storedPart({ from, to }: Window, { complete, storedUntil }: Completeness): Window {
  if (complete !== false || storedUntil === null) return { from, to };
  const until = new Date(storedUntil);
  if (from < until) return { from, to: until };
  throw new ParlanceError('history-not-stored', `nothing from ${from.toISOString()} on is stored yet: ask again later`);
}

/** An exit code where there are none, which standard error has then explained. */
async function changedDefinitions({ paths, definition }: WhatIfArguments): Promise<readonly ProjectFile[] | number> {
  const sources = await readDefinitions(paths);
  if (!sources) return EXIT.usage;
  const { diagnostics, sound } = await checkDefinitions(sources);
  if (hasErrors(diagnostics)) {
    const files = sources.map(({ file }) => file);
    const report = { files, diagnostics, shared: sources.filter(isShared).length };
    process.stderr.write(renderReport('text', report, { version: parlanceVersion(), color: false, costs: undefined }));
    return EXIT.failed;
  }
  const changed = definition === undefined ? sound : sound.filter(({ machine }) => machine.name === definition);
  if (changed.length > 0) return changed;
  const names = sound.map(({ machine }) => machine.name).join(', ') || 'none';
  process.stderr.write(`there is no definition${definition === undefined ? '' : ` "${definition}"`} here: ${names}\n`);
  return EXIT.usage;
}

function showProgress(isQuiet: boolean): (read: number, of: number) => void {
  return (read, of) => {
    if (!isQuiet && process.stderr.isTTY && of > 1) process.stderr.write(`\rreading ${read + 1} of ${of}…\r`);
  };
}

/** A file a definition, with a case a divergence. */
async function writeDivergences(
  { scenarios: folder, force }: { readonly scenarios: string; readonly force: boolean },
  { first }: Summary,
  changed: readonly ProjectFile[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { machine, file } of changed) {
    const sessions = [...first.values()]
      .filter(({ definition }) => definition === machine.name)
      .sort((a, b) => b.count - a.count)
      .flatMap(({ session }): readonly Session[] => (session ? [session] : []));
    const path = divergencesPath(folder, machine.name);
    if (sessions.length === 0) {
      if (force) await removeEarlier(path);
      continue;
    }
    const isBeside = relative(dirname(file), folder) === '';
    const text = writeScenarios(machine.name, sessions, isBeside ? [] : [relative(folder, file)]);
    await writeFiles([{ path, text: signed(text, WRITER) }], force);
    process.stderr.write(`wrote ${path}: ${sessions.length} ${sessions.length === 1 ? 'scenario' : 'scenarios'}\n`);
  }
}

/** Of an earlier run, where by now nothing diverges: it would say that something does. */
async function removeEarlier(path: string): Promise<void> {
  const found = await removeSigned(path, WRITER);
  if (found === 'removed') process.stderr.write(`removed ${path}: of an earlier run; in this one nothing diverges\n`);
  if (found === 'kept')
    process.stderr.write(`left ${path}, though nothing diverges in this run: it is not as ${WRITER} wrote it\n`);
}

function divergencesPath(folder: string, definition: string): string {
  return join(folder, `${definition}.what-if.test.yaml`);
}
