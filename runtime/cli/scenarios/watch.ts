import { watch, type FSWatcher } from 'node:fs';

/** Editors write a file in several steps. */
const SETTLE_MS = 100;

/** Calls `again` after each change of a YAML file at or below the paths, one call at a time. Ends with the process. */
export async function watchPaths(paths: readonly string[], again: () => Promise<void>): Promise<void> {
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const onChange = (_: string, name: string | null): void => {
    if (name !== null && !/\.ya?ml$/.test(name)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(again).catch((error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      });
    }, SETTLE_MS);
  };
  const watchers: FSWatcher[] = paths.map((path) => watch(path, { recursive: true }, onChange));
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        resolve();
      });
  });
  for (const watcher of watchers) watcher.close();
  clearTimeout(timer);
  await running;
}
