import { expect } from 'chai';
import fc from 'fast-check';
import type { ContactKey, ConversationId, Millis } from '../../../channels/brands.ts';
import { contactKeyOf, parseAddress } from '../../../channels/contact-key.ts';
import type { Event } from '../../../channels/event.ts';
import { correlationKeyOf, deadlinesOf, type CorrelationState } from '../../../dsl/correlation.ts';
import { MAX_RECENT_BYTES, MAX_RECENT_EVENTS, MAX_WAITS_PER_VALUE, RECENT_EVENTS_MS } from '../../../dsl/limits.ts';
import {
  AWAIT_REFUSED,
  AWAITED,
  AWAITED_NO_MORE,
  CORRELATED,
  MATCHED,
  type MatchedData,
} from '../../../dsl/step/contract.ts';
import { correlate, forget } from '../../../dsl/step/correlate.ts';
import type { OutgoingEmission } from '../../../dsl/step/outgoing.ts';
import { NOW, shopEvent } from '../shop-event.ts';

const KEY = correlationKeyOf({ type: 'com.shop.order.shipped', key: 'event.data.order' }, '7');

const shipped = (id: number, more: object = {}): Event =>
  shopEvent('com.shop.order.shipped', { order: '7', ...more }, `s${id.toString()}`);
const waitOf = (number: number) => ({
  contact: `c-${number.toString()}` as ContactKey,
  conversation: `v-${number.toString()}` as ConversationId,
  awaiting: `v-${number.toString()}/w1`,
});

/** The state of one value, and what it forwarded: `event wait`. */
class Meeting {
  state: CorrelationState | undefined;
  now = NOW;
  readonly forwarded: string[] = [];
  refused = 0;

  comes(event: Event): this {
    return this.apply(shopEvent(CORRELATED, { event }));
  }

  begins(wait: number): this {
    return this.apply(shopEvent(AWAITED, waitOf(wait)));
  }

  ends(wait: number): this {
    return this.apply(shopEvent(AWAITED_NO_MORE, waitOf(wait)));
  }

  passes(ms: number): this {
    this.now = (this.now + ms) as Millis;
    for (const { due } of deadlinesOf(this.state)) if (due <= this.now) this.state = forget(this.state, this.now).state;
    return this;
  }

  private apply(input: Event): this {
    const { state, emissions } = correlate(KEY, this.state, input, this.now);
    this.state = state;
    emissions.forEach((emission) => {
      this.follow(emission);
    });
    return this;
  }

  private follow({ type, data, subject }: OutgoingEmission): void {
    if (type === CORRELATED) this.apply(shopEvent(type, data));
    if (type === AWAIT_REFUSED) this.refused += 1;
    if (type !== MATCHED) return;
    const { event, conversation } = data as MatchedData;
    expect(subject).to.equal(conversation.replace('v-', 'c-'));
    this.forwarded.push(`${event.id} ${conversation}`);
  }
}

describe('events and waits of one value', () => {
  it('meet, whichever comes first', () => {
    expect(new Meeting().comes(shipped(1)).begins(1).forwarded).to.deep.equal(['s1 v-1']);
    expect(new Meeting().begins(1).comes(shipped(1)).forwarded).to.deep.equal(['s1 v-1']);
  });

  it('lose no event in any order: who waits gets each that came within ten minutes before, or while it waited', () => {
    const happening = fc.oneof(
      fc.record({ what: fc.constant('comes' as const), which: fc.integer({ min: 0, max: 5 }) }),
      fc.record({ what: fc.constantFrom('begins' as const, 'ends' as const), which: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ what: fc.constant('passes' as const), which: fc.integer({ min: 1, max: RECENT_EVENTS_MS }) }),
    );
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
        const meeting = new Meeting();
        const waiting = new Set<number>();
        const came = new Map<number, number>();
        const due = new Set<string>();
        for (const { what, which } of happenings) {
          if (what === 'comes') meeting.comes(shipped(which));
          else meeting[what](which);
          if (what === 'begins') {
            waiting.add(which);
            for (const [event, at] of came) if (meeting.now - at < RECENT_EVENTS_MS) due.add(`s${event} v-${which}`);
          }
          if (what === 'ends') waiting.delete(which);
          if (what !== 'comes') continue;
          const before = came.get(which);
          // Sent again within that time it is the same.
          if (before === undefined || meeting.now - before >= RECENT_EVENTS_MS) came.set(which, meeting.now);
          for (const wait of waiting) due.add(`s${which} v-${wait}`);
        }
        expect(new Set(meeting.forwarded)).to.deep.equal(due);
        for (const wait of waiting) meeting.ends(wait);
        expect(meeting.passes(RECENT_EVENTS_MS).state).to.equal(undefined);
      }),
    );
  });

  it('forward nothing to a wait that is over', () => {
    expect(new Meeting().begins(1).ends(1).comes(shipped(1)).forwarded).to.deep.equal([]);
  });

  it('keep events of tests from people who may be real, whichever comes first', () => {
    const of = (address: string): ContactKey => contactKeyOf(parseAddress(address));
    const [real, tested] = ['+12125550123', 'probe:r1.1'].map((address, index) => ({
      ...waitOf(index),
      contact: of(address),
    }));
    const reached = (...inputs: readonly Event[]): readonly (string | undefined)[] => {
      let state: CorrelationState | undefined;
      return inputs.flatMap((input) => {
        const stepped = correlate(KEY, state, input, NOW);
        state = stepped.state;
        return stepped.emissions.map(({ subject }) => subject);
      });
    };
    const waits = [real, tested].map((wait) => shopEvent(AWAITED, wait));
    const ofTest = shopEvent(CORRELATED, { event: { ...shipped(1), subject: of('probe:r1.1') } });
    expect(reached(...waits, ofTest)).to.deep.equal([tested?.contact]);
    expect(reached(ofTest, ...waits)).to.deep.equal([tested?.contact]);
    expect(reached(...waits, shopEvent(CORRELATED, { event: shipped(1) }))).to.have.members([
      real?.contact,
      tested?.contact,
    ]);
  });

  it('forget an event after ten minutes, and themselves', () => {
    const meeting = new Meeting().comes(shipped(1));
    expect(deadlinesOf(meeting.state)).to.deep.equal([{ correlation: KEY, due: NOW + RECENT_EVENTS_MS }]);
    meeting.passes(RECENT_EVENTS_MS);
    expect(meeting.state).to.equal(undefined);
    expect(meeting.begins(1).forwarded).to.deep.equal([]);
  });

  it('keep few events, and little of them, but always the newest', () => {
    const many = new Meeting();
    for (let id = 0; id < 2 * MAX_RECENT_EVENTS; id += 1) many.comes(shipped(id));
    expect(many.state?.recent).to.have.length(MAX_RECENT_EVENTS);
    const large = new Meeting();
    for (let id = 0; id < 3; id += 1) large.comes(shipped(id, { text: 'x'.repeat(MAX_RECENT_BYTES) }));
    expect(large.state?.recent.map(({ event }) => event.id)).to.deep.equal(['s2']);
  });

  it('forward a large event to many over several steps, the newest wait first', () => {
    const meeting = new Meeting();
    for (let wait = 0; wait < 30; wait += 1) meeting.begins(wait);
    const { emissions } = correlate(
      KEY,
      meeting.state,
      shopEvent(CORRELATED, { event: shipped(1, { text: 'x'.repeat(200_000) }) }),
      NOW,
    );
    expect(emissions).to.have.length(6);
    meeting.comes(shipped(1, { text: 'x'.repeat(200_000) }));
    expect(meeting.forwarded).to.deep.equal(Array.from({ length: 30 }, (_, at) => `s1 v-${(29 - at).toString()}`));
  });

  it('refuse a wait where too many wait already', () => {
    const meeting = new Meeting();
    for (let wait = 0; wait <= MAX_WAITS_PER_VALUE; wait += 1) meeting.begins(wait);
    expect(meeting.refused).to.equal(1);
    expect(meeting.state?.waits).to.have.length(MAX_WAITS_PER_VALUE);
  });
});

describe('the key of a value', () => {
  it('is that of its type, its expression and its first 200 characters', () => {
    const other = (type: string, key: string, value: string) => correlationKeyOf({ type, key }, value);
    const keys = [KEY, other('b', 'event.data.order', '7'), other('com.shop.order.shipped', 'event.data.id', '7')];
    expect(new Set(keys)).to.have.property('size', 3);
    expect(other('a.b', 'k', 'x'.repeat(200))).to.equal(other('a.b', 'k', 'x'.repeat(300)));
  });
});
