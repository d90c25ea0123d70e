import { once } from 'node:events';
import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { TenantName } from '../../../../channels/brands.ts';
import { encodeEvent } from '../../../../channels/encode.ts';
import type { Event } from '../../../../channels/event.ts';
import { REPLAY_ID } from '../../../../channels/replayed.ts';
import { validateEvent } from '../../../../channels/validate.ts';
import type { Broker } from '../../../../runtime/broker/port.ts';
import { brokerSource } from '../../../../runtime/cli/replay/broker-source.ts';
import { fileOutput } from '../../../../runtime/cli/replay/file-output.ts';
import { marked, type ReplayOutput } from '../../../../runtime/cli/replay/output.ts';
import {
  maxGapOf,
  speedOf,
  subscriptionTarget,
  topicTarget,
  type ReplayPlan,
} from '../../../../runtime/cli/replay/plan.ts';
import { loadState, saveState, statePath, type ReplayState } from '../../../../runtime/cli/replay/replay-state.ts';
import { runReplay, type ReplayProgress } from '../../../../runtime/cli/replay/run-replay.ts';
import type { ReplaySource } from '../../../../runtime/cli/replay/source.ts';
import { topicOutput } from '../../../../runtime/cli/replay/topic-output.ts';
import { systemClock } from '../../../../runtime/clock.ts';
import { subscribe } from '../../../../runtime/events/subscribe.ts';
import { until } from '../../../connectors/until.ts';
import { intercepted } from '../../engine/intercepted.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { acme, brokerWithTenant, channel, event, sendAll } from '../../store/tenant-under-test.ts';

const log = { info: () => undefined, warn: () => undefined };

describe('parlance replay', () => {
  const folder = temporaryFolder();
  let broker: Broker;
  let events: readonly Event[];

  before(async () => {
    broker = await brokerWithTenant(folder.path);
    events = Array.from({ length: 40 }, (_, at) =>
      event(at + 1, { subject: `c-${(at % 5).toString()}`, partitionkey: `c-${(at % 5).toString()}` }),
    );
    await sendAll(
      broker,
      channel('messaging'),
      events.map((one) => encodeEvent(one)),
    );
    await sendAll(broker, channel('timers', 1), [encodeEvent(event(1, { source: '/t', type: 'timer.fired' }))]);
    await sendAll(broker, channel('messaging', 1), [encodeEvent(marked(event(9, { source: '/old' }), 'r-0'))]);
  });

  after(async () => {
    await broker.close();
    folder.remove();
  });

  const plan = (id: string, more: Partial<ReplayPlan> = {}): ReplayPlan => ({
    ...{ id, tenant: acme, origin: 'broker', types: ['message.*'], target: subscriptionTarget(acme, id) },
    from: new Date(Date.now() - 3_600_000).toISOString(),
    to: new Date(Date.now() + 1_000).toISOString(),
    ...more,
  });

  const outputOf = async (of: ReplayPlan, begun?: ReplayState): Promise<ReplayOutput> =>
    of.target.kind === 'file'
      ? fileOutput(of.target.path, of.id, begun?.output)
      : topicOutput(broker, { tenant: acme, replay: of.id, target: of.target }, begun?.output);

  interface Fate {
    /** The process is gone after so many writes, with what it noted until then. */
    readonly diesAfter?: number;
    /** It is asked to end after so many. */
    readonly endsAfter?: number;
    /** Of its clock, each time it looks: it notes its position every second. */
    readonly passesMs?: number;
  }

  const run = async (of: ReplayPlan, begun?: ReplayState, fate: Fate = {}): Promise<ReplayState> => {
    const { diesAfter = Infinity, endsAfter = Infinity, passesMs = 400 } = fate;
    const output = await outputOf(of, begun);
    const stopping = new AbortController();
    let writes = 0;
    const mortal: ReplayOutput = {
      ...output,
      write: async (some) => {
        await output.write(some);
        if (++writes >= diesAfter) throw new Error('killed');
        if (writes >= endsAfter) stopping.abort();
      },
    };
    const path = statePath(folder.path, of.id);
    const save = (state: ReplayState): Promise<void> => saveState(path, state);
    // Small pages, each noted: so that there is something to resume.
    const source = inPages(brokerSource(broker, of), 4);
    let time = 0;
    try {
      return await runReplay({
        ...{ plan: of, source, output: mortal, begun, save, progress: () => undefined },
        ...{ signal: stopping.signal, now: () => (time += passesMs) },
      });
    } finally {
      await output.close();
    }
  };

  /** What a consumer of its own gets, per person in order. */
  const received = async (name: string, count: number): Promise<readonly Event[]> => {
    const got: Event[] = [];
    const deadLetter = (): Promise<void> => Promise.reject(new Error('not expected'));
    const options = { tenant: acme, channel: 'messaging', types: ['message.received'], subscription: name } as const;
    const subscription = await subscribe(
      { broker, clock: systemClock, log, deadLetter },
      { ...options, replay: name },
      (one) => {
        got.push(one);
        return Promise.resolve();
      },
    );
    await until('the events', () => got.length >= count);
    await subscription.close();
    return got;
  };

  it('brings what the broker has to an ordinary subscription, marked, in the order of each person', async () => {
    const state = await run(plan('analysis'));
    expect(state).to.include({ events: 40, done: true });
    const got = await received('analysis', 40);
    expect(new Set(got.map((one) => (one as { readonly [REPLAY_ID]?: string })[REPLAY_ID]))).to.eql(
      new Set(['analysis']),
    );
    for (const person of new Set(events.map(({ subject }) => subject))) {
      const ids = (all: readonly Event[]): string[] =>
        all.filter(({ subject }) => subject === person).map(({ id }) => id);
      expect(ids(got)).to.eql(ids(events));
    }
  });

  it('goes on after it was killed, with nothing missing and nothing twice on the topic', async () => {
    const of = plan('killed');
    for (const writes of [3, 2]) {
      const begun = await loadState(folder.path, of.id).catch(() => undefined);
      expect(await run(of, begun, { diesAfter: writes }).catch(String)).to.equal('Error: killed');
    }
    const state = await run(of, await loadState(folder.path, of.id));
    expect(state).to.include({ events: 40, done: true });
    const got = await received('killed', 40);
    expect(got.map(({ id }) => id).sort()).to.eql(events.map(({ id }) => id).sort());
  });

  it('goes on after it was ended while it passed over what it had sent before', async () => {
    const of = plan('passing-over');
    expect(await run(of, undefined, { diesAfter: 5, passesMs: 0 }).catch(String)).to.equal('Error: killed');
    const noted = await loadState(folder.path, of.id);
    expect(noted.events, 'sent, but not noted').to.equal(0);
    expect(await run(of, noted, { endsAfter: 1 })).to.include({ events: 4, done: false });
    const state = await run(of, await loadState(folder.path, of.id));
    expect(state).to.include({ events: 40, done: true });
    const got = await received('passing-over', 40);
    expect(got.map(({ id }) => id).sort()).to.eql(events.map(({ id }) => id).sort());
  });

  it('begins at once where the newest message is looked for from the beginning of a long topic', async () => {
    // Of its ledger's only message nobody knows what stands before it: here it would take for ever.
    const endless: Broker = {
      ...intercepted(broker, undefined, (message, send) => send(message)),
      createReader: async (options) => {
        const reader = await broker.createReader(options);
        if (options.from !== 'Earliest' || !options.topic.includes('/timers/')) return reader;
        const never = new AbortController();
        return {
          topic: reader.topic,
          next: () => once(never.signal, 'abort').then(() => Promise.reject(new Error('it was closed'))),
          close: () => {
            never.abort();
            return reader.close();
          },
        };
      },
    };
    const told: string[] = [];
    for await (const page of brokerSource(endless, plan('at-once', { types: [] })).read(null))
      told.push(...page.map(({ event: { type } }) => type));
    expect(told).to.include('timer.fired');
    expect(told).to.have.lengthOf(41);
  });

  it('reads nothing of topics that hold nothing since then', async () => {
    const read: string[] = [];
    const watched: Broker = {
      ...intercepted(broker, undefined, (message, send) => send(message)),
      createReader: (options) => {
        read.push(options.topic);
        return broker.createReader(options);
      },
    };
    const from = new Date(Date.now() + 3_600_000).toISOString();
    const to = new Date(Date.now() + 7_200_000).toISOString();
    const told: unknown[] = [];
    for await (const page of brokerSource(watched, plan('later', { types: [], from, to })).read(null))
      told.push(...page);
    expect({ told, read }).to.eql({ told: [], read: [] });
  });

  it('tells nothing of a tenant that does not exist, and says so', async () => {
    const failed: unknown = await run(plan('nobody', { tenant: 'nobody' as TenantName })).catch(
      (error: unknown) => error,
    );
    expect(failed).to.have.property('code', 'tenant-unknown');
  });

  for (const { driver, remedy } of [
    { driver: 'embedded', remedy: 'use --to-subscription NAME, whose topic is created' },
    {
      driver: 'pulsar',
      remedy:
        'create it with `pulsar-admin topics create-partitioned-topic persistent://acme/lab/missing --partitions 2`, or use --to-subscription NAME, whose topic is created',
    },
  ] as const) {
    it(`says how to do without a topic that is missing, where the broker is ${driver}`, async () => {
      const target = { kind: 'topic', topic: 'persistent://acme/lab/missing' } as const;
      const asked = { ...intercepted(broker, undefined, (message, send) => send(message)), driver };
      const problem: unknown = await topicOutput(asked, { tenant: acme, replay: 'missing', target }, undefined).catch(
        (error: unknown) => error,
      );
      expect(problem).to.include({
        code: 'replay-target-unknown',
        message: `persistent://acme/lab/missing is no partitioned topic: ${remedy}`,
      });
    });
  }

  it('writes a file of CloudEvents, and cuts off what it had not noted before it was killed', async () => {
    const path = join(folder.path, 'events.jsonl');
    const of = plan('file', { target: { kind: 'file', path } });
    expect(await run(of, undefined, { diesAfter: 5 }).catch(String)).to.equal('Error: killed');
    appendFileSync(path, '{"specversion":"1.0","id":"half');
    await run(of, await loadState(folder.path, of.id));
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).to.eql(events.map((one) => marked(one, 'file')));
    expect(await run(of).catch(String)).to.match(/exists already/);
  });

  it('writes the whole of an event where the disk takes a part of it at a time', async () => {
    const path = join(folder.path, 'in-parts.jsonl');
    const handle = await open(join(folder.path, 'any'), 'w');
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const own = Object.getOwnPropertyDescriptor(prototype, 'write') ?? {};
    type Write = (this: FileHandle, buffer: Buffer, from: number, length: number, at: number) => Promise<unknown>;
    const write = own.value as Write;
    const inParts: Write = function (buffer, from, _, at) {
      return write.call(this, buffer, from, Math.min(100, buffer.length - from), at);
    };
    Object.defineProperty(prototype, 'write', { ...own, value: inParts });
    try {
      expect(await run(plan('in-parts', { target: { kind: 'file', path } }))).to.include({ done: true });
    } finally {
      Object.defineProperty(prototype, 'write', own);
    }
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as Event).id)).to.eql(events.map(({ id }) => id));
  });

  it('does not fill up a file that somebody shortened', async () => {
    const path = join(folder.path, 'shortened.jsonl');
    const of = plan('shortened', { target: { kind: 'file', path } });
    expect(await run(of, undefined, { diesAfter: 5 }).catch(String)).to.equal('Error: killed');
    truncateSync(path, 10);
    expect(await run(of, await loadState(folder.path, of.id)).catch(String)).to.match(/has 10 bytes, and \d+ were/);
    expect(readFileSync(path)).to.have.lengthOf(10);
  });

  it('states that all was told before it notes that, so that it is stated also by who goes on', async () => {
    const happened: string[] = [];
    const output = await outputOf(plan('stated'));
    await runReplay({
      ...{ plan: plan('stated'), source: brokerSource(broker, plan('stated')), output, begun: undefined },
      save: ({ done }) => {
        if (done) happened.push('noted');
        return Promise.resolve();
      },
      completed: (count) => {
        happened.push(`told ${count}`);
        return Promise.resolve();
      },
      ...{ progress: () => undefined, signal: new AbortController().signal },
    });
    await output.close();
    expect(happened).to.eql(['told 40', 'noted']);
  });

  describe('keeps the recorded gaps', () => {
    /** How long it waits for each event, and what it says of that. */
    const paced = async (
      moments: readonly number[],
      of: Pick<ReplayPlan, 'speed' | 'maxGapMs'>,
    ): Promise<{ readonly waits: readonly number[]; readonly told: readonly ReplayProgress[] }> => {
      const waits: number[] = [];
      const told: ReplayProgress[] = [];
      let now = 0;
      const source: ReplaySource = {
        count: () => Promise.resolve(moments.length),
        read: async function* () {
          yield await Promise.resolve(
            moments.map((atMs, at) => ({
              ...{ event: event(at + 1), atMs },
              place: { kind: 'broker', after: {} } as const,
            })),
          );
        },
        close: () => Promise.resolve(),
      };
      const output: ReplayOutput = {
        write: () => Promise.resolve(),
        place: () => Promise.resolve({ kind: 'file', bytes: 0 }),
        close: () => Promise.resolve(),
      };
      const pause = (durationMs: number): Promise<void> => {
        waits.push(durationMs);
        now += durationMs;
        return Promise.resolve();
      };
      await runReplay({
        ...{ plan: plan('paced', of), source, output, begun: undefined, pause, now: () => now },
        ...{ save: () => Promise.resolve(), signal: new AbortController().signal },
        progress: (progress) => told.push(progress),
      });
      return { waits, told };
    };

    it('at the speed that was asked for', async () => {
      expect((await paced([0, 1_000, 61_000], { speed: 10 })).waits).to.eql([0, 100, 6_000]);
      expect([speedOf('10x'), speedOf('max')]).to.eql([10, undefined]);
      expect(() => speedOf('fast')).to.throw(/no speed/);
    });

    it('of years too, and says until when it waits for what', async () => {
      const years = 27 * 365 * 86_400_000;
      const { waits, told } = await paced([0, years, years + 500], { speed: 1 });
      expect(waits).to.eql([0, years, 500]);
      expect(told.filter(({ waitsUntilMs }) => waitsUntilMs !== undefined)).to.eql([
        { events: 1, atMs: years, waitsUntilMs: years },
      ]);
    });

    it('but none longer than was asked for', async () => {
      const years = 27 * 365 * 86_400_000;
      const { waits, told } = await paced([0, years, years + 500, 2 * years], { speed: 1, maxGapMs: maxGapOf('1m') });
      expect(waits).to.eql([0, 60_000, 500, 60_000]);
      expect(told.flatMap(({ waitsUntilMs = [] }) => waitsUntilMs)).to.eql([60_000, 120_500]);
      expect(() => maxGapOf('an hour')).to.throw(/--max-gap an hour is no duration/);
    });
  });

  it('refuses what is live, of any tenant', () => {
    for (const topic of [
      'acme/messaging/events',
      'other/external/events',
      'acme/engine/inbox',
      '_parlance/workers/beats',
    ]) {
      expect(() => topicTarget(`persistent://${topic}`), topic).to.throw(/is live/);
    }
    expect(topicTarget('persistent://acme/lab/events')).to.include({ kind: 'topic' });
    expect(() => topicTarget('events')).to.throw(/is no topic/);
  });

  it('is refused at the edges, where a file of it might be sent in', () => {
    const [problem] = validateEvent(marked(event(1, { type: 'com.shop.ordered' }), 'r-1'), 'external');
    expect(problem?.path).to.equal(REPLAY_ID);
  });
});

function inPages(source: ReplaySource, most: number): ReplaySource {
  return {
    ...source,
    read: async function* (after) {
      for await (const page of source.read(after)) {
        for (let at = 0; at < page.length; at += most) yield page.slice(at, at + most);
      }
    },
  };
}
