import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Everything about the real broker stays in this folder of the project, which git ignores. */
export const PULSAR_FOLDER: string = fileURLToPath(new URL('../../.pulsar/', import.meta.url));

export const HOW_TO_GET_JAVA =
  'install a Java 17 runtime and Maven 3.8 (Debian: apt-get install openjdk-17-jre-headless maven)';

const POM = fileURLToPath(new URL('standalone/pom.xml', import.meta.url));

/** Keeps Maven from asking repositories that dependencies' poms name, some of which are dead; the user's own settings stay in force. */
const MAVEN_SETTINGS = fileURLToPath(new URL('standalone/maven-settings.xml', import.meta.url));

const LIBRARIES = join(PULSAR_FOLDER, 'lib');

const OLDEST_JAVA = 17;

/** Whether a real broker can be run here: Java 17 or newer, and Maven (or libraries copied before). */
export function pulsarAvailable(): boolean {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = /version "(\d+)/.exec(java.stderr)?.[1];
  if (version === undefined || Number(version) < OLDEST_JAVA) return false;
  return existsSync(LIBRARIES) || spawnSync('mvn', ['--version']).status === 0;
}

/**
 * The folder of the broker's jars (327 files, 242 MB), copied by Maven the first time: minutes on a cold Maven cache.
 * Rejects with Maven's own output.
 */
export async function pulsarLibraries(announce: (line: string) => void): Promise<string> {
  if (existsSync(LIBRARIES)) return LIBRARIES;
  announce('Fetching the Pulsar broker with Maven (about 250 MB, once) …');
  const partial = join(PULSAR_FOLDER, `lib-partial-${process.pid.toString()}`);
  await mkdir(partial, { recursive: true });
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${partial}`];
  try {
    await promisify(execFile)('mvn', ['-B', '-ntp', '-gs', MAVEN_SETTINGS, '-f', POM, ...goal], {
      maxBuffer: 64 * 1024 * 1024,
    });
    // Renamed when complete, so that an interrupted copy is never mistaken for a whole one.
    await rename(partial, LIBRARIES);
  } catch (cause) {
    const count = await readdir(partial).then((names) => names.length);
    const output = (cause as { stdout?: string }).stdout ?? '';
    if (existsSync(LIBRARIES)) return LIBRARIES; // another process was first
    throw new Error(`Maven did not bring the broker (${count.toString()} files): ${output.slice(-2000)}`, { cause });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return LIBRARIES;
}
