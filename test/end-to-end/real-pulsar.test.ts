import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TenantName } from '../../channels/brands.ts';
import { decodeEvent } from '../../channels/encode.ts';
import { REPLAY_ID } from '../../channels/replayed.ts';
import { channelTopic, engineTopic, partitionTopic } from '../../channels/topics.ts';
import { messageIdParts, type MessageId } from '../../runtime/broker/message-id.ts';
import type { Broker } from '../../runtime/broker/port.ts';
import { expectCommand } from '../../runtime/cli/commands/expect.ts';
import { replayCommand } from '../../runtime/cli/commands/replay.ts';
import { storeCommand } from '../../runtime/cli/commands/store.ts';
import { openBroker } from '../../runtime/main/open-broker.ts';
import { problemsIn, type TenantReport } from '../../runtime/store/check/finding.ts';
import { openStore } from '../../runtime/store/client.ts';
import { pulsarDrivers, type PulsarDriver } from '../pulsar/drivers.ts';
import { pulsarOfSuite } from '../pulsar/of-suite.ts';
import { PulsarOperator } from '../pulsar/operator.ts';
import type { RunningPulsar } from '../pulsar/start.ts';
import { runCommand } from '../runtime/cli/run-command.ts';
import { stored } from '../runtime/events/scene.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { killedReplay } from './killed-replay.ts';
import { KilledConversations, storedKeys } from './kills.ts';
import { expectEqualToChannels } from './stored-against-channels.ts';
import { StoreDamage } from './store-damage.ts';

/** Each night 200, killed 20 times. */
const PEOPLE = Number(process.env['PULSAR_PEOPLE'] ?? 20);
const KILLS = Number(process.env['PULSAR_KILLS'] ?? 3);

const DEMO = 'demo' as TenantName;
const PARTITIONS = 2;

/** Their topics begin a new ledger at each kill. */
const UNLOADED = ['demo/engine', 'demo/messaging', 'demo/conversations'];

/** Whose past is deleted after the kills. */
const TRIMMED = ['messaging', 'conversations'] as const;

/** A scenario beside its definition. */
const GREETING = fileURLToPath(new URL('./greeting', import.meta.url));

for (const driver of pulsarDrivers) {
  describe(`On a real Pulsar (${driver.name})`, () => {
    platformOn(driver, pulsarOfSuite());
  });
}

function platformOn(driver: PulsarDriver, pulsar: () => RunningPulsar): void {
  describe(`a platform that was killed ${KILLS} times during ${PEOPLE} conversations`, function () {
    this.timeout(15 * 60_000);
    const folder = temporaryFolder();
    const configuration = join(folder.path, 'parlance.yaml');
    let operator: PulsarOperator;
    let killed: KilledConversations;
    let broker: Broker;

    before(async () => {
      operator = new PulsarOperator(pulsar().webUrl);
      broker = await driver.open(pulsar());
      const [url, adminUrl] = [driver.urlOf(pulsar()), pulsar().webUrl];
      writeFileSync(configuration, `broker: { url: "${url}", adminUrl: "${adminUrl}" }\n`);
      killed = new KilledConversations({
        ...{ dataFolder: folder.path, people: PEOPLE, kills: KILLS },
        environment: { PARLANCE_BROKER_URL: url, PARLANCE_BROKER_ADMIN_URL: adminUrl },
        meanwhile: async () => {
          for (const namespace of UNLOADED) await operator.unloadNamespace(namespace);
        },
      });
      await killed.run();
    });

    after(async () => {
      await (killed as KilledConversations | undefined)?.end();
      await (broker as Broker | undefined)?.close();
      folder.remove();
    });

    /** On standard output, by a command that speaks to Pulsar itself and has a data folder of its own. */
    const replay = (...words: readonly string[]): Promise<string> => {
      const place = ['--config', configuration, '--data', join(folder.path, 'desk'), '--url', killed.platform.url];
      return runCommand([replayCommand(openBroker)], ['replay', '--from', '1h', ...place, ...words]);
    };

    const check = async (...words: readonly string[]): Promise<TenantReport> => {
      const place = ['--config', configuration, '--tenant', DEMO, '--json'];
      process.exitCode = undefined;
      const text = await runCommand([storeCommand(openBroker)], ['store', 'check', ...place, ...words]);
      const [report] = JSON.parse(text) as [TenantReport];
      expect(process.exitCode, text).to.equal(problemsIn(report) > 0 ? 1 : undefined);
      process.exitCode = undefined;
      return report;
    };

    const idsIn = (path: string): readonly string[] => {
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
      return lines.map((line) => nameOf(JSON.parse(line) as { readonly source: string; readonly id: string }));
    };

    const replayedOn = async (topic: string): Promise<readonly string[]> => {
      const messages = [];
      for (let partition = 0; partition < PARTITIONS; partition++) {
        messages.push(...(await stored(broker, partitionTopic(topic, partition))));
      }
      expect(messages.every(({ properties }) => properties[REPLAY_ID] !== undefined)).to.equal(true);
      return messages.map(({ payload }) => nameOf(decodeEvent(payload)));
    };

    it('had people waiting for an answer at each kill, and answered everybody once and in order', async () => {
      expect(killed.inFlightAtKill).to.have.length(KILLS);
      expect(Math.min(...killed.inFlightAtKill), 'people waiting for an answer at a kill').to.be.greaterThan(0);
      killed.expectReadings();
      await killed.expectEndings();
    });

    it('has stored what is on the channels, from batches and across ledgers', async () => {
      await expectEqualToChannels(await storedKeys(killed.platform), broker, DEMO);
      const rows = await killed.platform.query<{ channel: string; position: MessageId }>(
        'SELECT channel, position FROM events WHERE partition = 0',
      );
      const places = rows.map(({ channel, position }) => [channel, ...messageIdParts(position)] as const);
      const messaging = places.filter(([channel]) => channel === 'messaging').map(([, ledger]) => ledger);
      expect(new Set(messaging).size, 'ledgers').to.be.greaterThan(1);
      expect(Math.max(...places.map(([, , , index]) => index)), 'places in a batch').to.be.greaterThan(0);
    });

    it('is found right by a check, which the platform makes', async () => {
      const report = await check('--url', killed.platform.url);
      expect(report.topics.flatMap(({ findings }) => findings)).to.deep.equal([]);
      expect(report.topics.reduce((sum, { rows }) => sum + rows, 0)).to.be.greaterThan(PEOPLE * 40);
    });

    it('is told again from the broker as from the store, on topics of the broker too, and nothing is sent for it', async () => {
      const [told, kept] = [join(folder.path, 'broker.jsonl'), join(folder.path, 'store.jsonl')];
      await replay('--file', kept);
      await replay('--from-broker', '--file', told);
      const events = [...idsIn(kept)].sort();
      expect([...new Set(idsIn(told))].sort()).to.deep.equal(events);
      await replay('--to-subscription', 'analysis', '--speed', 'max');
      const topic = `persistent://${DEMO}/replay/analysis`;
      expect([...(await replayedOn(topic))].sort()).to.deep.equal(events);
      const { backlog } = await broker.admin.stats(partitionTopic(topic, 0));
      expect(backlog['analysis'], 'kept for who comes late').to.be.greaterThan(0);
      await killed.expectEndings();
    });

    it('is told again to its end, nothing twice, where the telling is killed', async () => {
      const topic = `persistent://${DEMO}/lab/events`;
      await broker.admin.createNamespace(DEMO, 'lab', { timeMinutes: -1, sizeMb: -1 });
      await broker.admin.createPartitionedTopic(topic, PARTITIONS);
      const data = join(folder.path, 'killed-desk');
      const words = ['--from-broker', '--types', 'message.*', 'conversation.*'];
      const id = await killedReplay(configuration, data, [...words, '--to-topic', topic, '--speed', '8x']);
      const whole = join(folder.path, 'whole.jsonl');
      await replay(...words, '--file', whole);
      expect((await replayedOn(topic)).length, 'before it goes on').to.be.within(1, idsIn(whole).length - 1);
      const resumed = ['replay', '--resume', id, '--config', configuration, '--data', data];
      await runCommand([replayCommand(openBroker)], resumed);
      expect([...(await replayedOn(topic))].sort()).to.deep.equal([...idsIn(whole)].sort());
    });

    it('goes on where the broker deletes what everybody has acknowledged, and is told again from what is left', async () => {
      const topics = TRIMMED.flatMap((name) => [0, 1].map((at) => partitionTopic(channelTopic(DEMO, name), at)));
      for (const name of TRIMMED) await operator.retainNothing(`${DEMO}/${name}`);
      for (const topic of topics) {
        // The engine acknowledges an input with the record of it: one that changes nothing, with the next that does.
        await operator.acknowledgeAll(topic);
        await operator.trim(topic);
      }
      for (const topic of topics) expect(await broker.admin.lastMessageId(topic), topic).to.equal(undefined);
      const left = join(folder.path, 'left.jsonl');
      await replay('--from-broker', '--file', left);
      const types = readFileSync(left, 'utf8').match(/"type":"(message|conversation|timer)\./g);
      expect(new Set(types)).to.deep.equal(new Set(['"type":"timer.']));
    });

    it('stops with exit code 0, and does what a scenario expects, when asked and by its own probe', async () => {
      expect(await killed.platform.stop()).to.equal(0);
      await killed.start({
        ...{ PARLANCE_CONVERSATIONS: GREETING, PARLANCE_PROBE_SCENARIOS: GREETING },
        PARLANCE_PROBE_INTERVAL_SECONDS: '10',
      });
      process.exitCode = undefined;
      const told = await runCommand([expectCommand], ['expect', GREETING, '--target', killed.platform.url, '--json']);
      expect(JSON.parse(told), told).to.include({ passed: 1, failed: 0 });
      const [probed] = await killed.platform.eventually<{ type: string }>(
        "SELECT type FROM events WHERE type IN ('probe.passed', 'probe.failed')",
        (rows) => rows.length > 0,
        60_000,
      );
      expect(probed?.type).to.equal('probe.passed');
      await killed.platform.settled();
      expect(await killed.platform.stop()).to.equal(0);
    });

    it('has its rows put right from the broker, as far as that has the messages', async () => {
      const [deleted, other] = [0, 1].map((at) => partitionTopic(engineTopic(DEMO, 'journal'), at));
      if (deleted === undefined || other === undefined) throw new Error('there are two journals');
      await broker.admin.createSubscription(other, 'keep', 'Earliest');
      await operator.retainNothing(`${DEMO}/engine`);
      await operator.acknowledgeAll(deleted);
      await operator.trim(deleted);
      await broker.admin.compact(partitionTopic(engineTopic(DEMO, 'machines'), 0));
      // From here on the store alone is damaged.
      for (const name of ['engine', ...TRIMMED]) await operator.retainEverything(`${DEMO}/${name}`);
      expect(problemsIn(await check('--data', join(folder.path, 'data')))).to.equal(0);

      const open = () => openStore({ location: join(folder.path, 'data', 'store') });
      const store = await open();
      const damage = new StoreDamage(store, DEMO);
      await damage.stopMerges();
      const expected: string[] = [];
      const before = new Set(await damage.contents());
      const lose = async (of: string, partition: number, share: number): Promise<void> => {
        const rows = await damage.rows(of, partition);
        const victim = rows[Math.min(Math.floor(rows.length * share), rows.length - 1)];
        if (!victim) throw new Error(`there is no row of ${of}`);
        await damage.lose(of, partition, victim);
        expected.push(`missing ${victim.topic} ${victim.position}`);
      };
      for (const share of [0.2, 0.21, 0.22, 0.5, 0.9]) await lose('timers', 0, share);
      // Those who were greeted since everything was deleted fall into one partition, or into both.
      const written = await Promise.all(
        [0, 1].map((at) => broker.admin.lastMessageId(partitionTopic(channelTopic(DEMO, 'messaging'), at))),
      );
      await lose('messaging', written[0] === undefined ? 1 : 0, 1);
      await lose('journal', 1, 0.3);
      await lose('machines', 0, 0);
      const timers = await damage.rows('timers', 1);
      for (const victim of timers.slice(3, 6)) {
        await damage.double('timers', 1, victim);
        expected.push(`doubled ${victim.topic} ${victim.position}`);
      }
      const [, , old] = await damage.rows('messaging', 1);
      if (!old) throw new Error('there is no old row');
      await damage.double('messaging', 1, old);
      expected.push(`doubled ${old.topic} ${old.position}`);
      const records = await damage.rows('journal', 0);
      const [lost, after] = records.slice(5);
      if (!lost || !after) throw new Error('there is no old record');
      await damage.lose('journal', 0, lost);
      const gap = `gap ${after.topic} ${after.position}`;
      await store.close();

      const found = await check('--data', join(folder.path, 'data'), '--repair');
      const kept = found.topics.map(({ topic, firstKept, mark, last }) => ({ topic, firstKept, mark, last }));
      expect(
        { repaired: findingsOf(found, true).toSorted(), left: findingsOf(found, false).toSorted() },
        `of what the broker keeps: ${JSON.stringify(kept)}`,
      ).to.deep.equal({ repaired: expected.toSorted(), left: [gap] });
      expect(findingsOf(await check('--data', join(folder.path, 'data')), false)).to.deep.equal([gap]);
      const again = await open();
      const contents = await new StoreDamage(again, DEMO).contents();
      await again.close();
      expect(contents.length, 'all but what the journal lost').to.equal(before.size - 1);
      expect(contents.filter((row) => !before.has(row))).to.deep.equal([]);
      expect(new Set(contents).size, 'each once').to.equal(contents.length);
    });
  });
}

function nameOf({ source, id }: { readonly source: string; readonly id: string }): string {
  return `${source} ${id}`;
}

function findingsOf({ topics }: TenantReport, repaired: boolean): readonly string[] {
  return topics
    .flatMap(({ findings }) => findings)
    .filter((finding) => (finding.repaired === true) === repaired)
    .map(({ kind, topic, position }) => `${kind} ${topic.replace(`persistent://${DEMO}/`, '')} ${position}`);
}
