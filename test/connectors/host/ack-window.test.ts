import { expect } from 'chai';
import { messageId, type MessageId } from '../../../runtime/broker/message-id.ts';
import { AckWindow } from '../../../runtime/connectors/ack-window.ts';

const id = (entry: number): MessageId => messageId(1, entry);

describe('AckWindow', () => {
  let acknowledged: MessageId[];
  let window: AckWindow;

  beforeEach(() => {
    acknowledged = [];
    window = new AckWindow((upTo) => {
      acknowledged.push(upTo);
      return Promise.resolve();
    });
  });

  it('acknowledges up to the first message that is not dealt with', async () => {
    const settles = [1, 2, 3].map((entry) => window.add(id(entry)));
    settles[1]?.();
    await window.acknowledged();
    expect(acknowledged).to.deep.equal([]);
    settles[0]?.();
    await window.acknowledged();
    expect(acknowledged).to.deep.equal([id(2)]);
  });

  it('holds messages that need nothing in one slot behind one that does', async () => {
    const settle = window.add(id(1));
    for (let entry = 2; entry <= 500; entry++) window.pass(id(entry));
    expect(window.length).to.equal(2);
    settle();
    await window.acknowledged();
    expect(acknowledged).to.deep.equal([id(500)]);
  });

  it('has one acknowledgement under way, and then sends the newest position only', async () => {
    let release: () => void = () => undefined;
    const slow: MessageId[] = [];
    const busy = new AckWindow(
      (upTo) =>
        new Promise((resolve) => {
          slow.push(upTo);
          release = resolve;
        }),
    );
    for (let entry = 1; entry <= 5; entry++) busy.pass(id(entry));
    expect(slow).to.deep.equal([id(1)]);
    release();
    await Promise.resolve();
    await Promise.resolve();
    expect(slow).to.deep.equal([id(1), id(5)]);
    release();
    await busy.acknowledged();
  });
});
