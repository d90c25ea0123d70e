import { join } from 'node:path';
import { expect } from 'chai';
import type { TenantName } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { engineTopic, partitionTopic } from '../../../channels/topics.ts';
import { compileText } from '../../../dsl/compile/compile.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { route } from '../../../dsl/step/route.ts';
import { step } from '../../../dsl/step/step.ts';
import { createEmbeddedBroker } from '../../../runtime/broker/embedded/broker.ts';
import type { Broker, Message } from '../../../runtime/broker/port.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { sendPublications } from '../../../runtime/definitions/publication.ts';
import { publicationsOf } from '../../../runtime/definitions/published.ts';
import { Engine } from '../../../runtime/engine/engine.ts';
import { MachineTable } from '../../../runtime/engine/machine-table.ts';
import { createTenant } from '../../../runtime/events/tenant.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { faulty, type FaultyBroker } from '../events/faulty-broker.ts';
import { recordingLog, stored, until } from '../events/scene.ts';

const TENANT = 'acme' as TenantName;
const MACHINES = partitionTopic(engineTopic(TENANT, 'machines'), 0);
const isMachines = (topic: string): boolean => topic === MACHINES;

function machine(name: string, text: string): Machine {
  const compiled = compileText(
    `conversation: ${name}
about: Says one thing.

start:
  - match: { en: [${name}] }

steps:
  - say: { text: { en: "${text}" } }
    end: done
`,
    { file: `${name}.yaml` },
  );
  if ('machine' in compiled) return compiled.machine;
  throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
}

const [ONE, TWO, OTHER] = [machine('first', 'One.'), machine('first', 'Two.'), machine('second', 'Other.')];

describe('the table of machines', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let broker: FaultyBroker;
  let log: ReturnType<typeof recordingLog> & { error(fields: object, message: string): void };
  const errors: string[] = [];

  beforeEach(async () => {
    folder = temporaryFolder();
    broker = faulty(await createEmbeddedBroker({ folder: join(folder.path, 'broker') }));
    await createTenant(broker.admin, TENANT, 1);
    errors.length = 0;
    log = { ...recordingLog(), error: (_fields, message) => void errors.push(message) };
  });
  afterEach(async () => {
    await broker.close();
    folder.remove();
  });

  const open = (): Promise<MachineTable> => MachineTable.open(broker, TENANT, { clock: systemClock, log });
  const putInForce = (next: Machine, table: MachineTable): Promise<unknown> =>
    sendPublications(broker, TENANT, publicationsOf(next, table.definitions, 'command'));
  const activeOf = (table: MachineTable): readonly string[] => table.current.active().map(({ hash }) => hash);

  it('is read again after the line broke, with what was published meanwhile, and says so once', async () => {
    const table = await open();
    await putInForce(ONE, table);
    await until('the first machine', () => activeOf(table).includes(ONE.hash));
    expect(table.isUpToDate).to.equal(true);

    await broker.breakOff();
    await until('the table has noticed', () => !table.isUpToDate);
    await putInForce(OTHER, table);
    const present = table.ready(OTHER.hash);
    await until('several attempts', () => broker.attempts >= 2);
    expect(activeOf(table), 'what is known stays in force').to.eql([ONE.hash]);

    broker.restore();
    await present;
    await until('the table is up to date', () => table.isUpToDate);
    expect(activeOf(table)).to.eql([ONE.hash, OTHER.hash]);
    expect(log.lines).to.eql([
      { level: 'warn', message: 'the machines cannot be read: trying until they can' },
      { level: 'info', message: 'the machines can be read again' },
    ]);
    await table.close();
  });

  it('can be closed while the line is broken', async () => {
    const table = await open();
    await broker.breakOff();
    await until('an attempt', () => broker.attempts >= 1);
    await table.close();
    expect(table.isUpToDate).to.equal(false);
  });

  it('keeps the engine from being ready while it is not up to date', async () => {
    let ids = 0;
    const engine = await Engine.start({
      ...{ broker, tenant: TENANT, partitions: 1, codec: PLAIN_CODEC, clock: systemClock, log, step, route },
      ...{ stateFolder: join(folder.path, 'state'), worker: 'test', newId: () => `id-${++ids}` },
    });
    await until('the engine is ready', () => engine.isReady);
    await broker.breakOff(isMachines);
    await until('the engine is not ready', () => !engine.isReady);
    broker.restore();
    await until('the engine is ready again', () => engine.isReady);
    await engine.close();
  });

  it('takes a version into force again by its hash alone, and keeps every version', async () => {
    const table = await open();
    for (const next of [ONE, TWO, ONE, TWO, ONE]) {
      await putInForce(next, table);
      await until('it is in force', () => activeOf(table)[0] === next.hash);
    }
    await table.close();
    const sizes = (await stored(broker, MACHINES)).map(({ payload }) => payload.length);
    expect(Math.max(...sizes.slice(4)), 'bytes of a publication that repeats one').to.be.lessThan(200);
    const again = await open();
    expect(activeOf(again)).to.eql([ONE.hash]);
    expect(again.current.byHash(TWO.hash)).to.have.property('name', 'first');
    await again.close();
  });

  it('is as it was when old publications are delivered again', async () => {
    const early = await open();
    for (const next of [ONE, TWO]) {
      await putInForce(next, early);
      await until('it is in force', () => activeOf(early)[0] === next.hash);
    }
    await early.close();
    const table = await MachineTable.open(stuttering(broker), TENANT, { clock: systemClock, log });
    await putInForce(OTHER, table);
    await until('the other one is in force', () => activeOf(table).includes(OTHER.hash));
    expect(activeOf(table)).to.eql([TWO.hash, OTHER.hash]);
    expect(table.position).to.equal((await stored(broker, MACHINES)).at(-1)?.id);
    await table.close();
  });

  it('passes over what is no machine, or one of an older format', async () => {
    const producer = await broker.createProducer({ topic: MACHINES });
    const older = JSON.stringify({ ...ONE, format: ONE.format - 1 });
    for (const payload of ['{', 'null', '{"hash":"x"}', older]) await producer.send({ payload: Buffer.from(payload) });
    await producer.close();
    const table = await open();
    await putInForce(ONE, table);
    await until('the machine after it', () => activeOf(table).includes(ONE.hash));
    expect(errors).to.eql(Array(4).fill('not a machine: passed over'));
    await table.close();
  });
});

/** As a driver may after a reconnect, its readers deliver once more what is old before what is new. */
function stuttering(broker: Broker): Broker {
  const createReader: Broker['createReader'] = async (options) => {
    const reader = await broker.createReader(options);
    const delivered: Message[] = [];
    const coming: Message[] = [];
    const next = async (): Promise<Message> => {
      if (coming.length === 0) {
        const message = await reader.next();
        coming.push(...delivered.slice(0, delivered.length / 2), message);
        delivered.push(message);
      }
      return coming.shift() ?? next();
    };
    return { topic: reader.topic, next, close: () => reader.close() };
  };
  return {
    ...{ driver: broker.driver, capabilities: broker.capabilities, admin: broker.admin, createReader },
    createProducer: (options) => broker.createProducer(options),
    subscribe: (options) => broker.subscribe(options),
    close: () => broker.close(),
  };
}
