/**
 * Node's module hooks of the simulation. `…/engine.ts?process=w1` is an instance of that module for the process `w1`, and so
 * is every module under test that it imports. These get a gate at each await; of the world outside they get look-alikes.
 * With `&plant=BUG` they have that bug.
 */
import { readFile } from 'node:fs/promises';
import type { LoadHook, ResolveHook } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { planted, type Plant } from './planted.ts';
import { kept } from './kept.ts';
import type { Rewritten } from './rewrite.ts';
import { SMALL } from './small.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Of these each process has instances of its own, and their awaits are gates. */
const GATED =
  /^runtime\/((engine|workers|events|connectors|store\/sink|growth|broadcasts|schedules|lists|definitions|dead-letters|conversations)\/|main\/(tenants|new-tenants|sending|operator-routes)\.ts)/;

/** Instances for each process too, without gates: the broker is the world, not under test. */
const BROKER = /^runtime\/broker\/embedded\//;

/** By what is imported of others, or by the file. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  lmdb: './look-alikes/lmdb.ts',
  'node:fs': './look-alikes/files.ts',
  'node:crypto': './look-alikes/chance.ts',
  'runtime/broker/embedded/lock.ts': './look-alikes/lock.ts',
  'runtime/main/tenant.ts': './look-alikes/tenant.ts',
};

const GATE = '__gate';

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const { process, plant } = addressOf(context.parentURL ?? '');
  if (process === null) return nextResolve(specifier, context);
  const alike = (name: string): ReturnType<ResolveHook> | undefined => {
    const path = LOOK_ALIKES[name];
    return path === undefined ? undefined : nextResolve(path, { ...context, parentURL: import.meta.url });
  };
  const ofOthers = alike(specifier);
  if (ofOthers) return ofOthers;
  const resolved = await nextResolve(specifier, context);
  const { file } = addressOf(resolved.url);
  const ofFile = alike(file);
  if (ofFile) return ofFile;
  if (!GATED.test(file) && !BROKER.test(file)) return resolved;
  const url = new URL(resolved.url);
  url.searchParams.set('process', process);
  if (plant !== null) url.searchParams.set('plant', plant);
  return { ...resolved, url: url.href };
};

export const load: LoadHook = async (url, context, nextLoad) => {
  const { file, process, plant } = addressOf(url);
  if (process === null) return nextLoad(url, context);
  const plants = plant === null ? [] : planted(plant).filter((one) => one.file === file);
  const key = `${file} ${plants.length > 0 ? (plant ?? '') : ''}`;
  let prepared = preparedFiles.get(key);
  if (!prepared) preparedFiles.set(key, (prepared = prepare(url, file, plants)));
  const { code, sites } = await prepared;
  const opened = `globalThis.__simulation.open(${JSON.stringify(process)}, ${JSON.stringify(sites)}, ${plant !== null})`;
  const header = `const ${GATE} = ${opened}; const setImmediate = ${GATE}.setImmediate;`;
  return { format: 'module', source: `${header}${code}`, shortCircuit: true };
};

/** All instances of a module have the same code. */
const preparedFiles = new Map<string, Promise<Rewritten>>();

async function prepare(url: string, file: string, plants: readonly Plant[]): Promise<Rewritten> {
  let text = await readFile(fileURLToPath(url.replace(/\?.*$/, '')), 'utf8');
  for (const plant of [...SMALL.filter((one) => one.file === file), ...plants]) text = plantIn(text, plant);
  return kept(`${file}\n${text}`, async () => {
    // Only where it is needed: it takes a second to load.
    const { rewriteAwaits, withoutTypes } = await import('./rewrite.ts');
    const { code, sites } = GATED.test(file) ? rewriteAwaits(file, text, GATE) : { code: text, sites: [] };
    return { code: withoutTypes(file, code), sites };
  });
}

/** Throws where the text that a plant replaces is not there: the code was changed, so must be the plant. */
function plantIn(text: string, { file, before, after }: Plant): string {
  if (text.split(before).length !== 2)
    throw new Error(`${file} has not exactly once what the simulation replaces: ${before}`);
  return text.replace(before, () => after);
}

interface Address {
  /** Relative to the project; empty for what is not of it. */
  readonly file: string;
  readonly process: string | null;
  readonly plant: string | null;
}

function addressOf(url: string): Address {
  if (!url.startsWith('file:')) return { file: '', process: null, plant: null };
  const { searchParams } = new URL(url);
  return { file: fileOf(url), process: searchParams.get('process'), plant: searchParams.get('plant') };
}

function fileOf(url: string): string {
  return relative(ROOT, fileURLToPath(url.replace(/\?.*$/, '')));
}
