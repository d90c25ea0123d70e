import { expect } from 'chai';
import { add, emptySummary, type ChangedConversation } from '../../../runtime/what-if/summary.ts';

describe('what-if: a summary', () => {
  it('takes over what another counted, however many conversations that is', () => {
    const changed: ChangedConversation = {
      ...{ conversation: 'v-1', definition: 'reminder', kind: 'text', state: 'remind', at: '2026-03-02T09:00:00.000Z' },
      ...{ endedBefore: 'confirmed', endsAfter: 'confirmed', endsOtherwise: false },
    };
    const many = Array.from({ length: 300_000 }, () => changed);
    const summary = emptySummary();
    add(summary, { ...emptySummary(), changed: many });
    expect(summary.changed).to.have.lengthOf(many.length);
  });
});
