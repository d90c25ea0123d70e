import { expect } from 'chai';
import type { Address, TenantName } from '../../../channels/brands.ts';
import { derivedId } from '../../../connectors/derived-id.ts';
import type { ConnectorEvent, MessageRequest } from '../../../connectors/port.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { Courier } from '../../../runtime/connectors/courier.ts';
import { StopSignal } from '../../../runtime/connectors/stop-signal.ts';
import { newTally } from '../../../runtime/connectors/tally.ts';
import { silentLog } from '../scene.ts';

const TO = 'tel:+12125550101' as Address;
const REQUEST = {
  ...{ id: 'r-1', type: 'message.requested', subject: 'c-1', time: new Date().toISOString() },
  data: { message: 'v-1/m1', connector: 'sms', to: TO, text: 'hello' },
} as MessageRequest;

describe('A courier', () => {
  /** `stated`: ids, of an earlier life. */
  const broughtTo = async (request: MessageRequest, stated: string) => {
    const published: ConnectorEvent[] = [];
    const delivered: string[] = [];
    const courier = new Courier({
      host: {
        ...{ tenant: 'acme' as TenantName, dataFolder: '', log: silentLog, now: () => 0 },
        publish: (_, event) => {
          published.push(event);
          return Promise.resolve();
        },
      },
      connector: {
        ...{ name: 'sms', schemes: ['tel'], routes: [], upgrades: [] },
        start: () => Promise.resolve(),
        stop: () => Promise.resolve(),
        deliver: ({ id }) => {
          delivered.push(id);
          return Promise.resolve();
        },
      },
      isStated: (id) => id === stated,
      ...{ clock: systemClock, signal: new StopSignal(), tally: newTally() },
    });
    expect(await courier.bring(request, () => Promise.reject(new Error('nothing is to be put aside')))).to.equal(true);
    return { delivered, published: published.map(({ id, type }) => [id, type]) };
  };

  it('delivers nothing of which was stated that it failed, though the process stopped before the broker had that', async () => {
    const failed = derivedId('failed', REQUEST.id);
    const { delivered, published } = await broughtTo(REQUEST, failed);
    expect(delivered).to.deep.equal([]);
    expect(published).to.deep.equal([[failed, 'message.failed']]);
  });

  it('calls nothing too late of which was stated that it was sent, and lets the connector state the rest', async () => {
    const old = { ...REQUEST, time: new Date(0).toISOString() };
    expect(await broughtTo(old, derivedId('sent', REQUEST.id))).to.deep.equal({
      delivered: [REQUEST.id],
      published: [],
    });
    const { published } = await broughtTo(old, 'something else');
    expect(published).to.deep.equal([[derivedId('failed', REQUEST.id), 'message.failed']]);
  });
});
