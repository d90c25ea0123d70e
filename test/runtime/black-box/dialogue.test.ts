import { expect } from 'chai';
import type { Address, EventId, Millis } from '../../../channels/brands.ts';
import { contactKeyOf } from '../../../channels/contact-key.ts';
import type { Event } from '../../../channels/event.ts';
import type { Answers } from '../../../dsl/simulation/answers.ts';
import { Dialogue } from '../../../runtime/black-box/dialogue.ts';
import type { Target } from '../../../runtime/black-box/target.ts';
import type { Clock } from '../../../runtime/clock.ts';

const ANA = 'probe:r1.1.scripted' as Address;

/** Whoever waits waits no longer than it takes to say so. */
class HurriedClock implements Clock {
  #nowMs = Date.parse('2026-03-02T09:00:00Z');

  now(): Millis {
    return this.#nowMs as Millis;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = setImmediate(() => {
      this.#nowMs += delayMs;
      callback();
    });
    return () => {
      clearImmediate(timer);
    };
  }
}

describe('a dialogue with a running platform', () => {
  const clock = new HurriedClock();
  const startedAt = clock.now();

  /** A conversation that asks a data source three seconds after it began. */
  function platform(): { readonly target: Target; readonly answeredAfterMs: number[] } {
    const answeredAfterMs: number[] = [];
    const asked: Event = {
      ...{ specversion: '1.0', id: 'q1' as EventId, source: '/engine', type: 'data.requested' },
      ...{ subject: contactKeyOf(ANA), time: new Date(startedAt + 3_000).toISOString() },
      data: { request: 'v-1/d1', source: 'order' },
    };
    const done = (): Promise<void> => Promise.resolve();
    const target: Target = {
      ...{ send: done, write: done, report: done, settled: done },
      state: () => {
        answeredAfterMs.push(clock.now() - startedAt);
        return done();
      },
      inForce: () => Promise.resolve(undefined),
      abilities: () => Promise.resolve({ timePasses: false, describesPeople: false }),
      vars: () => Promise.resolve({ vars: undefined }),
      events: () => Promise.resolve(clock.now() - startedAt >= 3_000 ? [asked] : []),
      rejections: () => Promise.resolve([]),
    };
    return { target, answeredAfterMs };
  }

  it('hears what is asked while time passes, and answers as late as the source is slow', async () => {
    const { target, answeredAfterMs } = platform();
    const answers: Answers = { order: { value: 'packed', afterMs: 2_000 } };
    const given = { now: startedAt, people: [{ name: '', addresses: [ANA] as const }], answers };
    const dialogue = new Dialogue(
      target,
      clock,
      {
        ...{ title: 'slow', line: 1, column: 1, isIgnoringMessages: false, steps: [] },
        given: { ...given, receipts: 'at-once' },
      },
      'r1',
    );
    await dialogue.perform({ do: 'advance', ms: 6_000, text: '6s' });
    expect(answeredAfterMs).to.deep.equal([5_000]);
  });
});
