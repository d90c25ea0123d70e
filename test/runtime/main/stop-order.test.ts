import { expect } from 'chai';
import { StopOrder } from '../../../runtime/main/stop-order.ts';
import { ManualClock } from '../broker/embedded/manual-clock.ts';

describe('stopping', () => {
  const clock = new ManualClock();
  const stopped: string[] = [];
  let order: StopOrder;

  const part = (name: string, stop: () => Promise<void> = () => Promise.resolve()): void => {
    order.push(name, () => {
      stopped.push(name);
      return stop();
    });
  };

  beforeEach(() => {
    stopped.length = 0;
    order = new StopOrder({ clock, log: { error: () => undefined } });
  });

  it('goes in reverse order, past a part that fails', async () => {
    part('broker');
    part('engine', () => Promise.reject(new Error('its journal is gone')));
    part('HTTP');
    expect(await order.stop(1_000)).to.deep.equal([]);
    expect(stopped).to.deep.equal(['HTTP', 'engine', 'broker']);
  });

  it('ends with its time, and names what is left, first what was waited for', async () => {
    part('lock');
    part('broker');
    part('engine', () => new Promise(() => undefined));
    part('HTTP');
    const left = order.stop(1_000);
    await new Promise(setImmediate);
    clock.advance(1_000);
    expect(await left).to.deep.equal(['engine', 'broker', 'lock']);
    expect(stopped).to.deep.equal(['HTTP', 'engine']);
  });

  it('leaves nothing that keeps the process alive', async () => {
    part('broker');
    await order.stop(1_000);
    expect(clock.pending).to.equal(0);
  });
});
