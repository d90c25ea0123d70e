import { expect } from 'chai';
import { BrokerError } from '../../../../runtime/broker/errors.ts';
import { StoreError } from '../../../../runtime/store/errors.ts';
import { Outage } from '../../../../runtime/store/sink/outage.ts';
import { ManualClock } from '../../broker/embedded/manual-clock.ts';
import { recordedLog } from '../tenant-under-test.ts';

const AWAY = new BrokerError('broker-unreachable', 'the broker does not answer');
const LOST = new StoreError('store-range-lost', 'a batch can not be read again');
const full = (mebibytes: number): StoreError =>
  new StoreError('sql-failed', `Code: 243. DB::Exception: Cannot reserve ${mebibytes} MiB (NOT_ENOUGH_SPACE)`);

describe('what the sink waits for', () => {
  const scene = () => {
    const [clock, log] = [new ManualClock(), recordedLog()];
    const outage = new Outage(clock, log, {});
    /** Milliseconds that it took. */
    const waited = async (error: Error): Promise<number> => {
      const from = clock.now();
      const state = { isOver: false };
      const waiting = outage.wait(error).then(() => {
        state.isOver = true;
      });
      for (let turn = 0; !state.isOver; turn++) {
        if (turn > 0) clock.advance(100);
        await Promise.resolve();
        await Promise.resolve();
      }
      await waiting;
      return clock.now() - from;
    };
    return { clock, log, outage, waited };
  };

  it('is told once for each reason, also where a second one comes while it lasts', async () => {
    const { log, outage, waited } = scene();
    for (const error of [AWAY, AWAY, LOST, AWAY, LOST, full(1), full(2)]) await waited(error);
    expect(log.lines).to.deep.equal([
      'warn: the store sink waits',
      'warn: the store sink waits',
      'warn: the store sink waits',
    ]);
    outage.over();
    await waited(AWAY);
    expect(log.lines.slice(3)).to.deep.equal(['info: the store sink goes on', 'warn: the store sink waits']);
  });

  it('is asked less and less often, also where it comes back each time for a moment only', async () => {
    const { clock, outage, waited } = scene();
    const waits: number[] = [];
    for (let time = 0; time < 9; time++) {
      waits.push(await waited(AWAY));
      outage.over();
    }
    expect(waits).to.deep.equal([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
    clock.advance(10_000);
    expect(await waited(AWAY), 'after it was there for a while').to.equal(100);
  });
});
