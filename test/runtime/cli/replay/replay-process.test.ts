import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Millis } from '../../../../channels/brands.ts';
import { decodeEvent, encodeEvent } from '../../../../channels/encode.ts';
import type { Event } from '../../../../channels/event.ts';
import { isReplayedEvent } from '../../../../channels/replayed.ts';
import { createEmbeddedBroker } from '../../../../runtime/broker/embedded/broker.ts';
import type { ReplayState } from '../../../../runtime/cli/replay/replay-state.ts';
import { systemClock } from '../../../../runtime/clock.ts';
import { createTenant } from '../../../../runtime/events/tenant.ts';
import { createAdminServer } from '../../../../runtime/http/admin.ts';
import { tableOf } from '../../../../runtime/store/rows.ts';
import { applySchema, createTenantViews } from '../../../../runtime/store/schema.ts';
import { sqlOverHttp } from '../../../../runtime/store/sql-http.ts';
import { partitionTopic } from '../../../../channels/topics.ts';
import { until } from '../../../connectors/until.ts';
import { requirePart } from '../../../require-part.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { pythonFound, Terminal } from '../../../terminal.ts';
import { stored } from '../../events/scene.ts';
import { eventRow, temporaryStore } from '../../store/embedded-store.ts';
import { acme, channel, event, recordedLog, sendAll } from '../../store/tenant-under-test.ts';

const COUNT = 160;
const LAB = 'persistent://acme/lab/events';
const LAB_PARTITIONS = 2;

/** A replay has noted its position once, and told more since, when it comes to a gap of an hour. */
const BEFORE_GAP = 140;
const STEP_MS = 10;
const HOUR_MS = 3_600_000;
const BEGIN_MS = Date.parse('2026-03-06T14:00:00Z');

function momentOf(index: number): number {
  return BEGIN_MS + index * STEP_MS + (index < BEFORE_GAP ? 0 : HOUR_MS);
}

describe('parlance replay, as a process', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let opened: Terminal | undefined;

  before(function () {
    requirePart(this, 'Python 3 with its module pty', pythonFound(), 'apt-get install python3');
  });
  afterEach(() => opened?.close());
  after(() => {
    folder.remove();
  });

  const open = (data: string, ...words: readonly string[]): Terminal => {
    opened = new Terminal(['replay', ...words, '--data', data, '--tenant', acme]);
    return opened;
  };

  /** What it noted, once that is more than its beginning. */
  const noted = (data: string): Promise<ReplayState> =>
    until(
      'it notes its position',
      () => {
        const replays = join(data, 'replays');
        const [name] = readdirSync(data).includes('replays')
          ? readdirSync(replays).filter((one) => one.endsWith('.json'))
          : [];
        if (name === undefined) return undefined;
        const state = JSON.parse(readFileSync(join(replays, name), 'utf8')) as ReplayState;
        return state.events > 0 ? state : undefined;
      },
      60_000,
    );

  /** Begins one, kills it in the middle, and goes on with it. */
  const killedAndResumed = async (data: string, ...words: readonly string[]): Promise<void> => {
    const first = open(data, ...words, '--from', '2026-03-01', '--speed', '1x');
    await first.shows(/\d+( of 160)? events · 2026-03-06T14:00:\S+ · \d+\/s/);
    const { plan } = await noted(data);
    await new Promise((resolve) => setTimeout(resolve, 300));
    first.kill();
    expect(await first.ended()).to.equal(137);
    const ended = open(data, '--resume', plan.id);
    await ended.shows(/\d+( of 160)? events · waits until \S+Z for the next, of 2026-03-06T15:00:01Z/);
    ended.press('\u0003');
    await ended.shows(new RegExp(`Interrupted\\. It goes on with: .*Replay ${plan.id}: \\d+ events so far, in `, 's'));
    expect(await ended.ended()).to.equal(1);
    const second = open(data, '--resume', plan.id, '--max-gap', '1s');
    await second.shows(new RegExp(`Replay ${plan.id}: ${COUNT} events from`));
    expect(await second.ended()).to.equal(0);
  };

  const everyEvent = Array.from({ length: COUNT }, (_, at) => event(at + 1).id as string);

  it('killed and resumed, brings every event to the topic once', async () => {
    const data = join(folder.path, 'topic');
    let now = BEGIN_MS;
    const openBroker = () =>
      createEmbeddedBroker({ folder: join(data, 'broker'), clock: { ...systemClock, now: () => now as Millis } });
    const before = await openBroker();
    await createTenant(before.admin, acme, 1);
    await before.admin.createNamespace(acme, 'lab', { timeMinutes: 600_000, sizeMb: -1 });
    await before.admin.createPartitionedTopic(LAB, LAB_PARTITIONS);
    for (let index = 0; index < COUNT; index++) {
      now = momentOf(index);
      const subject = `c-${index % 7}`;
      await sendAll(before, channel('messaging'), [encodeEvent(event(index + 1, { subject, partitionkey: subject }))]);
    }
    await before.close();
    await killedAndResumed(data, '--from-broker', '--types', 'message.*', '--to-topic', LAB);
    const after = await openBroker();
    const topics = Array.from({ length: LAB_PARTITIONS }, (_, partition) => partitionTopic(LAB, partition));
    const messages = (await Promise.all(topics.map((topic) => stored(after, topic)))).flat();
    await after.close();
    const events = messages.map(({ payload }) => decodeEvent(payload));
    expect(events.every(isReplayedEvent)).to.equal(true);
    expect(events.map(({ id }) => id)).to.have.members(everyEvent);
  });

  it('killed and resumed, writes every event to the file once, while a platform runs', async () => {
    const temporary = await temporaryStore();
    const { store, folder: data } = temporary;
    await applySchema(store);
    await createTenantViews(store, acme);
    const rows = everyEvent.map((id, index) =>
      eventRow({ id, sequence: index + 1, time: new Date(momentOf(index)).toISOString() }),
    );
    await store.insert(tableOf(store, 'events'), rows, 'test');
    const notAsked = (): Promise<never> => Promise.reject(new Error('not asked for'));
    const admin = { create: notAsked, planGrowth: notAsked, grow: notAsked, list: () => Promise.resolve([]) };
    const server = createAdminServer(admin, recordedLog(), sqlOverHttp(store));
    await server.listen(data);
    try {
      const file = join(folder.path, 'events.jsonl');
      await killedAndResumed(data, '--file', file);
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as Event).id)).to.eql(everyEvent);
    } finally {
      await server.close(1_000);
      await temporary.remove();
    }
  });
});
