import { writeFile } from 'node:fs/promises';
import { Session, type Profiler } from 'node:inspector/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const SAMPLING_INTERVAL_US = 250;

/** Functions named in a summary. */
const TOP = 15;

/** V8's own entries. */
const SYNTHETIC: ReadonlySet<string> = new Set(['(root)', '(program)', '(idle)', '(garbage collector)']);

/** Starting and stopping the profiler takes a while, and shows in its own samples. */
const PROFILER_ITSELF = 'dispatch, called by post node:inspector';

export interface SelfTime {
  readonly where: string;
  /** Of the time in which the JavaScript thread was not idle. */
  readonly percent: number;
}

export interface ProfileSummary {
  /** Opens in Chromium's and VS Code's profilers. */
  readonly file: string;
  /** Of the time of the profile: the JavaScript thread had nothing to do. */
  readonly idlePercent: number;
  /** The functions that took most time themselves, largest first. */
  readonly top: readonly SelfTime[];
}

/** Runs `work` under V8's sampling profiler and writes a CPU profile. */
export async function profiled<Result>(
  file: string,
  work: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly summary: ProfileSummary }> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL_US });
    await session.post('Profiler.start');
    const result = await work();
    const { profile } = await session.post('Profiler.stop');
    await writeFile(file, JSON.stringify(profile));
    return { result, summary: { file, ...summarise(profile) } };
  } finally {
    session.disconnect();
  }
}

export function summarise({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Omit<ProfileSummary, 'file'> {
  const names = namesOf(nodes);
  const self = new Map<string, number>();
  let total = 0;
  for (const [at, id] of samples.entries()) {
    const us = timeDeltas[at] ?? 0;
    const name = names.get(id) ?? 'unknown';
    if (name === PROFILER_ITSELF) continue;
    self.set(name, (self.get(name) ?? 0) + us);
    total += us;
  }
  const idle = self.get('(idle)') ?? 0;
  self.delete('(idle)');
  const top = [...self]
    .sort(([, a], [, b]) => b - a)
    .slice(0, TOP)
    .map(([where, us]) => ({ where, percent: (100 * us) / (total - idle) }));
  return { idlePercent: (100 * idle) / total, top };
}

/** By node. Native functions have no file: they are named with the function that called them. */
function namesOf(nodes: readonly Profiler.ProfileNode[]): ReadonlyMap<number, string> {
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)));
  return new Map(
    nodes.map(({ id, callFrame }) => {
      const own = nameOf(callFrame);
      if (callFrame.url !== '' || SYNTHETIC.has(own)) return [id, own];
      let caller = parents.get(id);
      while (caller?.callFrame.url === '') caller = parents.get(caller.id);
      return [id, caller ? `${own}, called by ${nameOf(caller.callFrame)}` : own];
    }),
  );
}

/** Without a line: those of the transpiled code would mislead. */
function nameOf({ functionName, url }: Profiler.ProfileNode['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  return `${name} ${url.startsWith('file:') ? relative(process.cwd(), fileURLToPath(url)) : url}`;
}
