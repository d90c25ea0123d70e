import { expect } from 'chai';
import { BrokerError } from '../../../../runtime/broker/errors.ts';
import { messageId } from '../../../../runtime/broker/message-id.ts';
import { FailStopSends } from '../../../../runtime/broker/remote/fail-stop-sends.ts';

const FAILED = new BrokerError('broker-disconnected', 'gone');

/** Sends of the given sizes; what was transmitted, by context. */
function sending(sends: FailStopSends, transmitted: string[]): (bytes: number) => Promise<unknown> {
  return (bytes) =>
    sends.send({ payload: Buffer.alloc(0) }, (context) => ({ bytes, transmit: () => transmitted.push(context) }));
}

describe('FailStopSends', () => {
  it('keeps many small messages in flight, and the rest waiting for room', async () => {
    const transmitted: string[] = [];
    const sends = new FailStopSends(() => undefined);
    const send = sending(sends, transmitted);
    const all = Array.from({ length: 1500 }, () => send(500));
    expect(transmitted).to.have.length(1000);
    for (let context = 0; context < 1500; context++) sends.succeed(context.toString(), messageId(1, context));
    expect(await Promise.all(all)).to.have.length(1500);
    expect(transmitted).to.deep.equal(Array.from({ length: 1500 }, (_, context) => context.toString()));
  });

  it('lets a large message travel alone', async () => {
    const transmitted: string[] = [];
    const sends = new FailStopSends(() => undefined);
    const send = sending(sends, transmitted);
    const all = [500, 1_000_000, 500, 500].map(send);
    expect(transmitted).to.deep.equal(['0']);
    sends.succeed('0', messageId(1, 0));
    expect(transmitted).to.deep.equal(['0', '1']);
    sends.succeed('1', messageId(1, 1));
    expect(transmitted).to.deep.equal(['0', '1', '2', '3']);
    for (const context of ['2', '3']) sends.succeed(context, messageId(1, Number(context)));
    await Promise.all(all);
  });

  it('fails in flight, waiting and later sends alike, and cuts the connection first', async () => {
    let cut = 0;
    const sends = new FailStopSends(() => cut++);
    const send = sending(sends, []);
    const all = [500, 1_000_000, 500].map(send);
    sends.fail(FAILED);
    sends.fail(new BrokerError('broker-closed', 'too late to matter'));
    sends.succeed('0', messageId(1, 0));
    const outcomes = await Promise.allSettled([...all, send(500)]);
    for (const outcome of outcomes) expect(outcome).to.deep.equal({ status: 'rejected', reason: FAILED });
    expect(cut).to.equal(1);
  });
});
