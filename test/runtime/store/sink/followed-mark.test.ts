import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import type { Broker } from '../../../../runtime/broker/port.ts';
import { FollowedMark } from '../../../../runtime/store/sink/followed-mark.ts';
import { Sink } from '../../../../runtime/store/sink/sink.ts';
import { temporaryStore, type TemporaryStore } from '../embedded-store.ts';
import { acme, brokerWithTenant, channel, eventMessage, recordedLog, sendAll } from '../tenant-under-test.ts';

describe("The store's mark, asked where no sink runs", function () {
  this.timeout(60_000);
  let temporary: TemporaryStore;
  let broker: Broker;
  const sinks: Sink[] = [];

  before(async () => {
    temporary = await temporaryStore();
    broker = await brokerWithTenant(temporary.folder);
  });

  after(async () => {
    await Promise.all(sinks.map((sink) => sink.stop()));
    await broker.close();
    await temporary.remove();
  });

  const startSink = (): Sink => {
    const sink = new Sink({
      broker,
      store: temporary.store,
      tenant: acme,
      log: recordedLog(),
      limits: { lingerMs: 5 },
    });
    sinks.push(sink);
    return sink;
  };
  const rows = async (): Promise<number> => {
    const [row] = await temporary.store.query('SELECT count() AS n FROM parlance.events');
    return Number(row?.['n']);
  };
  let sent = 0;
  const send = (count: number) =>
    sendAll(
      broker,
      channel('messaging', sent % 2),
      Array.from({ length: count }, () => eventMessage(++sent, { source: `/test/${sent % 2}/${sent}` })),
    );

  it('waits until another process has stored what was published before', async () => {
    const mark = new FollowedMark(broker, acme);
    await send(20);
    let isSettled = false;
    const settled = mark.settled().then((positions) => {
      isSettled = true;
      return positions;
    });
    await pause(50);
    expect(isSettled, 'nothing is stored yet').to.equal(false);
    startSink();
    expect(Object.keys(await settled)).to.include(channel('messaging'));
    expect(await rows()).to.equal(20);
    for (const count of [1, 30]) {
      await send(count);
      await mark.settled();
      expect(await rows()).to.equal(sent);
    }
    await mark.close();
  });

  it('goes on with the next owner, and is found by whoever asks later', async () => {
    const mark = new FollowedMark(broker, acme);
    await sinks.shift()?.stop();
    await send(5);
    startSink();
    await mark.settled();
    const later = new FollowedMark(broker, acme);
    await later.settled();
    expect(await rows()).to.equal(sent);
    await Promise.all([mark.close(), later.close()]);
  });

  it('lets nobody wait who can not be told any more', async () => {
    const mark = new FollowedMark(broker, acme);
    await Promise.all(sinks.splice(0).map((sink) => sink.stop()));
    await send(1);
    const settled = mark.settled().catch((error: unknown) => error);
    await pause(20);
    await mark.close();
    expect(await settled).to.include({ code: 'broker-closed' });
  });

  it('forgets who gives up', async () => {
    const mark = new FollowedMark(broker, acme);
    const leaving = new AbortController();
    const [staying, left] = [mark.settled(), mark.settled(leaving.signal)].map((settled) =>
      settled.catch((error: unknown) => error),
    );
    while (mark.waiting < 2) await pause(5);
    leaving.abort();
    expect(await left).to.be.instanceOf(Error);
    expect(mark.waiting).to.equal(1);
    expect(await mark.settled(leaving.signal).catch((error: unknown) => error)).to.be.instanceOf(Error);
    expect(mark.waiting).to.equal(1);
    await mark.close();
    expect(await staying).to.include({ code: 'broker-closed' });
  });
});
