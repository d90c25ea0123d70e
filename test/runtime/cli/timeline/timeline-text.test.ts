import { expect } from 'chai';
import { episodesOf, timelineOf } from '../../../../runtime/cli/timeline/timeline.ts';
import { timelineText } from '../../../../runtime/cli/timeline/timeline-text.ts';
import type { StoredEvent } from '../../../../runtime/store/stored-event.ts';

function event(id: string, type: string, fields: Partial<StoredEvent>): StoredEvent {
  return {
    ...{ id, type, time: '2026-03-06T14:00:00.000Z', channel: 'conversations', contact: 'c-1', conversation: 'k1' },
    ...{ causation: '', source: '/x', sequence: 1, data: '{}', extensions: '', partitionkey: 'c-1', traceparent: '' },
    ...fields,
  };
}

const CONVERSATION = {
  ...{ conversation: 'k1', contact: 'c-1', definition: 'order', version: '1', status: 'waiting', outcome: '' },
  ...{ state: 'ask', started: '2026-03-06T14:00:00.000Z', ended: null, messages_in: 0, messages_out: 1 },
};

describe('a timeline on a terminal', () => {
  it('puts a cause before its effects where the clock can not tell', () => {
    const rows = [event('a', 'x.effect', { causation: 'z' }), event('z', 'x.cause', {})];
    expect(timelineOf(rows).map(({ row, cause }) => [row.id, cause?.row.id])).to.eql([
      ['z', undefined],
      ['a', 'z'],
    ]);
  });

  it('survives events that name each other as cause', () => {
    const rows = [event('a', 'x.one', { causation: 'b' }), event('b', 'x.two', { causation: 'a' })];
    const shown = timelineText(CONVERSATION, episodesOf(timelineOf(rows)), 80);
    expect(shown)
      .to.match(/x\.one/)
      .and.to.match(/x\.two/);
  });

  it('fits a narrow terminal: what an event says is below it, and nothing is wider', () => {
    const rows = [
      event('a', 'conversation.started', { data: '{"definition":"order","connector":"sms"}' }),
      event('b', 'message.requested', { causation: 'a', data: `{"text":"${'Where to? '.repeat(9)}"}` }),
    ];
    const shown = timelineText(CONVERSATION, episodesOf(timelineOf(rows)), 40);
    expect(shown.split('\n').every((line) => line.length <= 40)).to.equal(true);
    expect(shown).to.contain('└─ → message.requested\n                    "Where to? Where to…\n');
    expect(shown).to.contain('waiting, now in ask');
  });
});
