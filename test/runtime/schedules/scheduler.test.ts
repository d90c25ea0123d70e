import { join } from 'node:path';
import { expect } from 'chai';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { machinesOf } from '../../../dsl/machines.ts';
import { openBroadcastDatabase, type BroadcastDatabase } from '../../../runtime/broadcasts/database.ts';
import { ScheduleMarks, type Marks } from '../../../runtime/schedules/marks.ts';
import { Scheduler } from '../../../runtime/schedules/scheduler.ts';
import { until } from '../../connectors/until.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { ManualClock } from '../broker/embedded/manual-clock.ts';
import { scheduled } from './schedule.ts';

const DAY_MS = 86_400_000;

/** Counts who waits for it. */
class WatchedClock extends ManualClock {
  waiting = 0;

  override after(delayMs: number, callback: () => void): () => void {
    this.waiting++;
    const cancel = super.after(delayMs, () => {
      this.waiting--;
      callback();
    });
    return () => {
      this.waiting--;
      cancel();
    };
  }
}

/** The manual clock begins on a Friday, at 10:00 in Berlin. */
describe('the scheduler', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let database: BroadcastDatabase;
  let clock: WatchedClock;
  let machines: ReturnType<typeof machinesOf>;
  let sent: string[];
  let fails: string | undefined;
  let scheduler: Scheduler;

  beforeEach(() => {
    folder = temporaryFolder();
    database = openBroadcastDatabase(join(folder.path, 'broadcasts'));
    clock = new WatchedClock();
    publish(scheduled());
    sent = [];
    fails = undefined;
    scheduler = begin();
  });
  afterEach(async () => {
    await scheduler.stop();
    await database.close();
    folder.remove();
  });

  function publish(...present: readonly Machine[]): void {
    machines = machinesOf(present);
  }

  function begin(): Scheduler {
    const next = new Scheduler({
      ...{ marks: new ScheduleMarks(database), machines: () => machines, clock },
      log: { error: () => undefined },
      send: ({ machine, dueMs }) => {
        if (machine.name === fails) return Promise.reject(new Error('the disk is full'));
        sent.push(`${machine.name} ${new Date(dueMs).toISOString().slice(0, 16)}`);
        return Promise.resolve();
      },
    });
    next.start();
    return next;
  }

  /** Second by second near the end, so that the scheduler can look in between. */
  async function pass(ms: number): Promise<void> {
    clock.advance(Math.max(0, ms - 3_000));
    for (let second = 0; second < 3; second++) {
      await settled();
      clock.advance(1_000);
    }
    await settled();
  }

  /** Until it has looked, and waits to look again. */
  async function settled(): Promise<void> {
    await until('the scheduler to wait', () => clock.waiting > 0);
  }

  /** Whatever was marked since is lost: as if the process had ended before it wrote that. */
  async function crashBackTo(marks: Marks | undefined): Promise<void> {
    await scheduler.stop();
    if (marks) await new ScheduleMarks(database).put(marks);
  }

  it('sends each occurrence once, from when a schedule is first seen', async () => {
    await settled();
    await pass(3 * DAY_MS);
    expect(sent, 'not those of today before it was seen, nor of the weekend').to.deep.equal([
      'renewals 2026-03-09T08:00',
    ]);
    await pass(DAY_MS);
    expect(sent.slice(1)).to.deep.equal(['renewals 2026-03-10T08:00']);
  });

  it('goes on after a restart where it was: what was due meanwhile is sent, oldest first', async () => {
    publish(scheduled(), scheduled(['{ at: "08:30", list: friends }'], { name: 'news' }));
    await pass(5_000);
    await scheduler.stop();
    clock.advance(3 * DAY_MS);
    scheduler = begin();
    await settled();
    expect(sent).to.deep.equal([
      'news 2026-03-07T07:30',
      'news 2026-03-08T07:30',
      'news 2026-03-09T07:30',
      'renewals 2026-03-09T08:00',
    ]);
  });

  it('offers again what it may not have marked before a crash, and loses nothing', async () => {
    await settled();
    const before = new ScheduleMarks(database).get();
    await pass(3 * DAY_MS);
    expect(sent).to.deep.equal(['renewals 2026-03-09T08:00']);
    await crashBackTo(before);
    scheduler = begin();
    await settled();
    expect(sent).to.deep.equal(['renewals 2026-03-09T08:00', 'renewals 2026-03-09T08:00']);
  });

  it('tries again what can not be sent now, and keeps no other waiting', async () => {
    publish(scheduled(), scheduled(['{ at: "09:00", days: mon, list: friends }'], { name: 'news' }));
    await pass(5_000);
    fails = 'news';
    await pass(3 * DAY_MS);
    expect(new Set(sent)).to.deep.equal(new Set(['renewals 2026-03-09T08:00']));
    fails = undefined;
    await pass(5_000);
    expect(sent.filter((one) => one.startsWith('news'))).to.deep.equal(['news 2026-03-09T08:00']);
  });

  it('does not send for the time before a schedule came into force, was taken back, or got its days', async () => {
    await pass(5_000);
    await scheduler.stop();
    clock.advance(3 * DAY_MS);
    publish(scheduled(['{ at: "09:00", list: others }']));
    scheduler = begin();
    await settled();
    publish(scheduled());
    await pass(5_000);
    expect(sent).to.deep.equal([]);
    publish(scheduled(['{ at: "09:00", list: members }']));
    await pass(DAY_MS);
    expect(sent).to.deep.equal(['renewals 2026-03-10T08:00']);
  });

  it('looks back a month at most', async () => {
    publish(scheduled(['{ at: "09:00", list: members }']));
    await pass(5_000);
    await scheduler.stop();
    clock.advance(90 * DAY_MS);
    scheduler = begin();
    await settled();
    expect(sent).to.have.lengthOf(31);
  });
});
