import { expect } from 'chai';
import { clipped, terminalWidth } from '../../../../runtime/cli/events/event-text.ts';

describe('a line about an event', () => {
  it('is as long as the terminal is wide', () => {
    expect(clipped('conversation.started', terminalWidth({ isTTY: true, columns: 10 }))).to.equal('conversat…');
  });

  for (const { what, output } of [
    { what: 'a pipe', output: { isTTY: false, columns: 10 } },
    { what: 'a terminal that has not said how wide it is', output: { isTTY: true, columns: 0 } },
  ]) {
    it(`is whole on ${what}`, () => {
      expect(clipped('conversation.started', terminalWidth(output))).to.equal('conversation.started');
    });
  }
});
