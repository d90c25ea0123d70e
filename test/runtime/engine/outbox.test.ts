import { expect } from 'chai';
import type { MessageId } from '../../../runtime/broker/message-id.ts';
import { Outbox } from '../../../runtime/engine/outbox.ts';

function place(sequence: number) {
  return { epoch: 1, sequence, position: `1:${sequence}` as MessageId };
}

const NO_BROKER = { createProducer: () => Promise.reject(new Error('nothing is published')) };

describe('the outbox, where outputs leave with their records', () => {
  it('knows as published what is durable with all before it', async () => {
    const outbox = new Outbox(NO_BROKER, undefined);
    let settleFirst = (): void => undefined;
    const first = new Promise<void>((resolve) => {
      settleFirst = resolve;
    });
    void outbox.follow(first, place(1));
    void outbox.follow(first, place(2));
    const all = outbox.follow(Promise.resolve(), place(3));
    await new Promise(setImmediate);
    expect(outbox.published).to.equal(undefined);
    settleFirst();
    await all;
    expect(outbox.published?.sequence).to.equal(3);
  });

  it('knows it also of a record that is told of after its outputs', async () => {
    const outbox = new Outbox(NO_BROKER, undefined);
    const together = Promise.resolve();
    await outbox.follow(together, place(1));
    await outbox.follow(together, place(2));
    expect(outbox.published?.sequence).to.equal(2);
  });

  it('publishes nothing more once outputs are lost', async () => {
    const outbox = new Outbox(NO_BROKER, place(1));
    const lost = outbox.follow(Promise.reject(new Error('lost')), place(2)).catch(String);
    const later = outbox.follow(Promise.resolve(), place(3)).catch(String);
    expect(await Promise.all([lost, later])).to.deep.equal(['Error: lost', 'Error: lost']);
    expect(outbox.published?.sequence).to.equal(1);
  });
});
