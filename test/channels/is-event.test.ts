import { expect } from 'chai';
import type { Address, EventId } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { CatalogueEvent, EventOf } from '../../channels/generated/events.ts';
import { isEvent } from '../../channels/is-event.ts';

const base = { specversion: '1.0', id: 'e-1' as EventId, source: '/test', time: '2026-03-06T14:00:00.000Z' } as const;

describe('isEvent', () => {
  const event: Event = { ...base, type: 'message.held', data: { message: 'c1/m1', reason: 'quiet hours' } };

  it("narrows an event to its type's data", () => {
    expect(isEvent(event, 'message.held') && event.data.reason).to.equal('quiet hours');
  });

  it('refuses an event of another type', () => {
    expect(isEvent(event, 'message.sent')).to.equal(false);
  });
});

describe('the generated types', () => {
  /** Compiles only while it names every type of the union: `switch-exhaustiveness-check` and the return type see to it. */
  function outcome(event: EventOf<'message.delivered' | 'message.failed' | 'message.read'>): string {
    switch (event.type) {
      case 'message.failed':
        return event.data.reason;
      case 'message.delivered':
      case 'message.read':
        return event.data.to;
    }
  }

  it('let a switch over types narrow the data, and be exhaustive', () => {
    const sent = { message: 'c1/m1', connector: 'sms', to: 'tel:+12125550123' as Address };
    const failed = { ...sent, code: 'number-unknown', reason: 'why', permanent: true };
    expect(outcome({ ...base, type: 'message.failed', data: failed })).to.equal('why');
    expect(outcome({ ...base, type: 'message.read', data: sent })).to.equal('tel:+12125550123');
  });

  it('join every type in one union', () => {
    const opened: CatalogueEvent = { ...base, type: 'conversation.resumed', data: {} };
    // @ts-expect-error: no type of the catalogue
    const unknown: CatalogueEvent = { ...base, type: 'conversation.lost', data: {} };
    expect([opened.type, unknown.type]).to.deep.equal(['conversation.resumed', 'conversation.lost']);
  });
});
