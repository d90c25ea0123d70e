import { expect } from 'chai';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TenantName } from '../../channels/brands.ts';
import { engineTopic, partitionTopic } from '../../channels/topics.ts';
import { createWebSocketBroker } from '../../runtime/broker/websocket/broker.ts';
import { tenantsCommand } from '../../runtime/cli/commands/tenants.ts';
import { openBroker } from '../../runtime/main/open-broker.ts';
import { until } from '../connectors/until.ts';
import { HOW_TO_GET_JAVA, pulsarAvailable } from '../pulsar/libraries.ts';
import { PulsarOperator } from '../pulsar/operator.ts';
import { type RunningPulsar, startPulsar } from '../pulsar/start.ts';
import { requirePart } from '../require-part.ts';
import { runCommand } from '../runtime/cli/run-command.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { journalContents, type Ownership } from './journal-contents.ts';
import { Person } from './person.ts';
import { PlatformProcess } from './platform-process.ts';
import { expectEqualToChannels } from './stored-against-channels.ts';

const DEMO = 'demo' as TenantName;
const PEOPLE = Number(process.env['WORKERS_PEOPLE'] ?? 200);
const QUESTIONS = 8;
const PARTITIONS = 6;

/** The tenant's partitions after it grew, and those of one that is created while the workers run. */
const GROWN = 8;
const LATER = { name: 'acme', partitions: 3 };
const WORKERS = ['one', 'two', 'three'];

/** People answer within this time: it spreads the work over the faults. */
const THINK_MAX_MS = 4_000;

/** Between two faults: long enough for a take-over, short enough that some fall into the next. */
const CALM_MAX_MS = 3_000;

/** Long enough to be taken for dead. */
const STALL_MS = 6_000;

const EXPECTED_READING = [...Array.from({ length: QUESTIONS }, (_, index) => `Question ${index + 1}?`), 'Done.'];

interface Fault {
  readonly kind: 'kill' | 'stall';
  readonly worker: string;
  readonly at: number;
}

describe(`three workers on a real Pulsar during ${PEOPLE} conversations`, function () {
  this.timeout(15 * 60_000);
  const folder = temporaryFolder();
  const people: Person[] = [];
  const faults: Fault[] = [];
  const exitCodes: (number | null)[] = [];
  const workers = new Map<string, PlatformProcess>();
  let pulsar: RunningPulsar;
  let desk: PlatformProcess;

  /** `store`: a worker never asks it. */
  const start = async (name: string, roles: string, store: string): Promise<PlatformProcess> => {
    const dataFolder = join(folder.path, name);
    await mkdir(dataFolder, { recursive: true });
    return PlatformProcess.start({
      dataFolder,
      environment: {
        PARLANCE_ROLES: roles,
        PARLANCE_BROKER_URL: pulsar.wsUrl,
        PARLANCE_STORE_URL: store,
        PARLANCE_DEFAULT_TENANT_PARTITIONS: PARTITIONS.toString(),
        PARLANCE_CONVERSATIONS: fileURLToPath(new URL('./definitions', import.meta.url)),
      },
    });
  };
  const startWorker = async (name: string): Promise<void> => {
    workers.set(name, await start(name, 'engine', 'http://127.0.0.1:9'));
  };
  const worker = (name: string): PlatformProcess => {
    const running = workers.get(name);
    if (!running) throw new Error(`no worker ${name} runs`);
    return running;
  };

  const kill = async (name: string): Promise<void> => {
    faults.push({ kind: 'kill', worker: nameOf(worker(name)), at: Date.now() });
    await worker(name).kill();
    workers.delete(name);
  };
  const killAndRestart = async (name: string): Promise<void> => {
    await kill(name);
    await startWorker(name);
  };
  const stall = async (name: string): Promise<void> => {
    faults.push({ kind: 'stall', worker: nameOf(worker(name)), at: Date.now() });
    worker(name).signal('SIGSTOP');
    await pause(STALL_MS);
    worker(name).signal('SIGCONT');
  };
  const replace = async (name: string): Promise<void> => {
    exitCodes.push(await worker(name).stop());
    await startWorker(name);
  };
  const restartBroker = async (): Promise<void> => {
    const { ports } = pulsar;
    await pulsar.stop();
    pulsar = await startPulsar({ folder: join(folder.path, 'pulsar'), ports });
  };
  /** A command in a process of its own: nobody is told. */
  const tenants = async (...words: string[]): Promise<void> => {
    const data = await mkdtemp(join(folder.path, 'command-'));
    const config = join(data, 'parlance.yaml');
    await writeFile(config, `broker:\n  url: ${pulsar.wsUrl}\n`);
    await runCommand([tenantsCommand(openBroker)], ['tenants', ...words, '--config', config, '--data', data]);
  };
  const owned = async (name: string): Promise<number> => {
    const counts = await Promise.all([...workers.values()].map((running) => running.partitionsOwned(name)));
    return counts.reduce((sum, count) => sum + count, 0);
  };
  const createLater = async (): Promise<void> => {
    const { name, partitions } = LATER;
    await tenants('create', name, '--partitions', partitions.toString());
    const since = Date.now();
    await until('the workers to take the new tenant', async () => (await owned(name)) === partitions, 30_000);
    console.log(`      a tenant that was created had all its partitions stepping after ${Date.now() - since} ms`);
  };
  const grow = async (): Promise<void> => {
    const since = Date.now();
    await tenants('grow', DEMO, '--partitions', GROWN.toString());
    console.log(`      the tenant grew within ${Date.now() - since} ms`);
  };
  before(async function () {
    requirePart(this, 'a real Pulsar broker (Java 17 and Maven)', pulsarAvailable(), HOW_TO_GET_JAVA);
    pulsar = await startPulsar({ folder: join(folder.path, 'pulsar') });
    desk = await start('desk', 'edge,sink', 'embedded');
    await Promise.all(WORKERS.map(startWorker));
    const creating = createLater();
    const pace = (): Promise<void> => pause(Math.random() * THINK_MAX_MS);
    for (let count = 0; count < PEOPLE; count++) people.push(await Person.open(desk.url, pace));
    await Promise.all(
      people.map(({ session }, index) =>
        desk.event('com.example.begin', `begin-${index}`, { contact: session.address }),
      ),
    );
    await creating;
    const course = [
      () => killAndRestart('one'),
      () => new PulsarOperator(pulsar.webUrl).unload(partitionTopic(engineTopic(DEMO, 'journal'), 0)),
      () => stall('two'),
      grow,
      () => killAndRestart('three'),
      () => replace('two'),
      restartBroker,
      () => kill('two'),
    ];
    for (const happen of course) {
      await pause(Math.random() * CALM_MAX_MS);
      await happen();
    }
    const reading = (): Person[] => people.filter(({ read }) => read.at(-1)?.text !== 'Done.');
    await until('everybody to read the end', () => reading().length === 0, 300_000);
    // From here on nothing is published: what is stored can be compared.
    for (const running of workers.values()) exitCodes.push(await running.stop());
    await desk.settled();
  });

  after(async () => {
    for (const person of people) person.leave();
    for (const running of workers.values()) await running.kill();
    await (desk as PlatformProcess | undefined)?.stop();
    await (pulsar as RunningPulsar | undefined)?.stop();
    folder.remove();
  });

  it('let every person read every question once, in order', () => {
    for (const { read } of people) expect(read.map(({ text }) => text)).to.eql(EXPECTED_READING);
  });

  it('ended every conversation once, and requested no message twice', async () => {
    const [ended] = await desk.query(
      "SELECT uniqExact(conversation) AS conversations, count() AS ends FROM events WHERE type = 'conversation.completed' AND JSONExtractString(data, 'outcome') = 'done'",
    );
    expect(ended).to.eql({ conversations: PEOPLE, ends: PEOPLE });
    const [messages] = await desk.query(
      "SELECT uniqExact(message) AS messages, count() AS requests FROM events WHERE type = 'message.requested'",
    );
    const expected = PEOPLE * EXPECTED_READING.length;
    expect(messages).to.eql({ messages: expected, requests: expected });
  });

  it('left the store equal to the channels', async () => {
    const stored = await desk.query<{ key: string }>("SELECT concat(channel, ' ', source, ' ', id) AS key FROM events");
    const keys = stored.map(({ key }) => key);
    const broker = createWebSocketBroker({ serviceUrl: pulsar.wsUrl, adminUrl: pulsar.webUrl });
    try {
      await expectEqualToChannels(keys, broker, DEMO);
    } finally {
      await broker.close();
    }
  });

  it('left journals without a gap that apply no input twice', async () => {
    const broker = createWebSocketBroker({ serviceUrl: pulsar.wsUrl, adminUrl: pulsar.webUrl });
    try {
      const { gaps, appliedTwice, ownerships } = await journalContents(broker, DEMO);
      expect(gaps).to.eql([]);
      expect(appliedTwice).to.eql([]);
      report('kill', faults, ownerships);
      report('stall', faults, ownerships);
    } finally {
      await broker.close();
    }
  });

  it('ended with exit code 0 whenever it was asked to stop', () => {
    expect(exitCodes).to.eql(exitCodes.map(() => 0));
  });
});

/** As it names itself. */
function nameOf({ printed }: PlatformProcess): string {
  for (const line of printed) {
    const name = /"worker":"([^"]+)".*Parlance is ready/.exec(line)?.[1];
    if (name !== undefined) return name;
  }
  throw new Error(`a worker did not say its name:\n${printed.join('\n')}`);
}

/** From a fault to the first step of whoever came next, for each partition that the worker had. */
function takeovers({ worker, at }: Fault, ownerships: readonly Ownership[]): number[] {
  return Array.from({ length: GROWN }, (_, partition) => {
    const its = ownerships.filter((one) => one.partition === partition);
    const before = its.findLast(({ since }) => since <= at);
    const next = its.find(({ since }) => since > at);
    return before?.worker === worker && next ? [next.since - at] : [];
  }).flat();
}

function report(kind: Fault['kind'], faults: readonly Fault[], ownerships: readonly Ownership[]): void {
  const times = faults.filter((fault) => fault.kind === kind).flatMap((fault) => takeovers(fault, ownerships));
  const sorted = times.toSorted((one, other) => one - other);
  const [p50, max] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  console.log(
    `      ${kind} to the first step of the new owner, ${sorted.length} partitions: p50 ${p50} ms, max ${max} ms`,
  );
}
