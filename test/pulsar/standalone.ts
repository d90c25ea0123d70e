import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PulsarPorts, standaloneConfiguration } from './configuration.ts';

export interface PulsarUrls {
  /** `pulsar://127.0.0.1:6650`: the binary protocol. */
  readonly serviceUrl: string;
  /** `http://127.0.0.1:8080`: the admin REST API. */
  readonly webUrl: string;
  /** `ws://127.0.0.1:8080`: the WebSocket API, on the same port. */
  readonly wsUrl: string;
}

/** A cold start takes 5 s on an idle machine; with every core busy it has been seen to take a minute. */
const START_BUDGET_MS = 180_000;

const POLL_MS = 150;

const LOGGING = 'log4j2.properties';

const LOG_WARNINGS = `appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p [%t:%c{1}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
`;

/** Pulsar's own launcher opens these packages of the JDK to Netty, BookKeeper and the metrics logger. */
const OPENED = [
  'java.base/java.io',
  'java.base/java.util.zip',
  'java.base/java.nio',
  'java.base/jdk.internal.misc',
  'java.base/jdk.internal.platform',
  'java.base/sun.net',
  'java.management/sun.management',
];

export function urlsOf(ports: PulsarPorts): PulsarUrls {
  const host = '127.0.0.1';
  return {
    serviceUrl: `pulsar://${host}:${ports.broker.toString()}`,
    webUrl: `http://${host}:${ports.web.toString()}`,
    wsUrl: `ws://${host}:${ports.web.toString()}`,
  };
}

/** Kills java as soon as the pipe on descriptor 3 closes: it cannot outlive a test run, however that ends. */
const WITH_PARENT = '"$@" & java=$!; (read -r _ <&3; kill -9 $java 2>/dev/null) & wait $java';

export interface StandaloneSpawn {
  /** Data, configuration and log go here. */
  readonly folder: string;
  readonly libraries: string;
  readonly ports: PulsarPorts;
  /**
   * `soon` spares the second compiler, which takes half of the CPU time of a start and pays only later: for tests. `fully`:
   * for what runs on, or is measured.
   */
  readonly compiled: 'soon' | 'fully';
  /** `parent`: killed when this process ends or the child's `stdio[3]` is destroyed. `own`: runs on in the background. */
  readonly life: 'parent' | 'own';
}

/** Starts a broker process. Resolves before it is healthy. */
export async function spawnStandalone(options: StandaloneSpawn): Promise<ChildProcess> {
  const { folder, libraries, ports, compiled, life } = options;
  await mkdir(folder, { recursive: true });
  const configuration = join(folder, 'standalone.conf');
  await writeFile(configuration, standaloneConfiguration(ports));
  await writeFile(join(folder, LOGGING), LOG_WARNINGS);
  const log = openSync(logOf(folder), 'a');
  const tier = compiled === 'soon' ? ['-XX:TieredStopAtLevel=1'] : [];
  const java = [...tier, ...standaloneArguments(folder, libraries, configuration, ports)];
  const place = { cwd: folder, detached: true };
  const child =
    life === 'own'
      ? spawn('java', java, { ...place, stdio: ['ignore', log, log] })
      : spawn('sh', ['-c', WITH_PARENT, 'sh', 'java', ...java], { ...place, stdio: ['ignore', log, log, 'pipe'] });
  closeSync(log);
  return child;
}

function standaloneArguments(folder: string, libraries: string, configuration: string, ports: PulsarPorts): string[] {
  return [
    ...OPENED.flatMap((name) => ['--add-opens', `${name}=ALL-UNNAMED`]),
    '-Xms256m',
    '-Xmx768m',
    '-XX:MaxDirectMemorySize=512m',
    `-Dlog4j2.configurationFile=${join(folder, LOGGING)}`,
    '-Dio.netty.tryReflectionSetAccessible=true',
    '-Dbookkeeper.metadata.bookie.drivers=org.apache.pulsar.metadata.bookkeeper.PulsarMetadataBookieDriver',
    '-Dbookkeeper.metadata.client.drivers=org.apache.pulsar.metadata.bookkeeper.PulsarMetadataClientDriver',
    '-cp',
    join(libraries, '*'),
    'org.apache.pulsar.PulsarStandaloneStarter',
    '--config',
    configuration,
    '--metadata-dir',
    join(folder, 'metadata'),
    '--bookkeeper-dir',
    join(folder, 'bookkeeper'),
    '--bookkeeper-port',
    ports.bookie.toString(),
    '--no-functions-worker',
    '--no-stream-storage',
  ];
}

/** Resolves once the broker produces and consumes (its own health check); rejects with the log's end if it died. */
export async function untilHealthy(child: ChildProcess, urls: PulsarUrls, folder: string): Promise<void> {
  const deadline = Date.now() + START_BUDGET_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const healthy = await fetch(`${urls.webUrl}/admin/v2/brokers/health`, { signal: AbortSignal.timeout(10_000) }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (healthy) return;
    await sleep(POLL_MS);
  }
  const log = await readFile(logOf(folder), 'utf8').catch(() => '(no log)');
  throw new Error(`The Pulsar broker did not become healthy. The end of ${logOf(folder)}:\n${log.slice(-3000)}`);
}

export function logOf(folder: string): string {
  return join(folder, 'broker.log');
}
