import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../connectors/until.ts';
import { PARLANCE } from '../parlance.ts';

/** In a process of its own, killed once it has noted a position. Resolves with its id. */
export async function killedReplay(configuration: string, data: string, words: readonly string[]): Promise<string> {
  const place = ['--config', configuration, '--data', data];
  const child = spawn(process.execPath, [...PARLANCE, 'replay', '--from', '1h', ...place, ...words], {
    stdio: 'inherit',
  });
  const exited = once(child, 'exit');
  const replays = join(data, 'replays');
  const noted = (): string | undefined => {
    try {
      const [name] = readdirSync(replays).filter((file) => file.endsWith('.json'));
      const { events } = JSON.parse(readFileSync(join(replays, name ?? ''), 'utf8')) as { readonly events: number };
      return events > 0 ? name : undefined;
    } catch {
      return undefined;
    }
  };
  await until('the replay to note a position', () => noted() !== undefined, 60_000);
  child.kill('SIGKILL');
  await exited;
  return (noted() ?? '').replace(/\.json$/, '');
}
