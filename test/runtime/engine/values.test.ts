import { expect } from 'chai';
import type { Millis } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import type { Event } from '../../../channels/event.ts';
import { correlationKeyOf, isCorrelationKey, type KeptState, type StateKey } from '../../../dsl/correlation.ts';
import { RECENT_EVENTS_MS } from '../../../dsl/limits.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { machinesOf } from '../../../dsl/machines.ts';
import { route } from '../../../dsl/step/route.ts';
import { step } from '../../../dsl/step/step.ts';
import { eventOf, type OutgoingEmission } from '../../../dsl/step/outgoing.ts';
import { messageId } from '../../../runtime/broker/message-id.ts';
import { contactLogic } from '../../../runtime/engine/contact-logic.ts';
import { PublishedDefinitions } from '../../../runtime/definitions/published.ts';
import { routerLogic } from '../../../runtime/engine/router-logic.ts';
import { StateStore } from '../../../runtime/engine/state-store.ts';
import { machineOf } from '../../dsl/given-when-then.ts';
import { NOW, shopEvent } from '../../dsl/shop-event.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const shipping = (key: string, about: string): Machine =>
  machineOf(`
conversation: shipping
about: ${about}
start:
  - event: com.shop.order.placed
    contact: event.data.customer
    inputs: { order: "\${event.data.order}" }
inputs: { order: text }
steps:
  - listen:
      any:
        - { event: com.shop.order.shipped, key: ${key}, equals: inputs.order, say: Shipped. }
    within: 2d
    silence: [{ end: never-shipped }]
`);

const older = shipping('event.data.number', 'The first version.');
const newer = shipping('event.data.order', 'The second.');
const alike = shipping('event.data.order', 'The third, which waits as the second does.');

const routed = (machines: readonly Machine[], event: Event): readonly OutgoingEmission[] =>
  routerLogic(route, { current: machinesOf(machines), definitions: new PublishedDefinitions() }).onEvent(
    event,
    undefined,
    NOW,
  ).emissions;

describe('the router', () => {
  const keyOf = (key: string) => correlationKeyOf({ type: 'com.shop.order.shipped', key }, '7');

  it('emits an event once for each value by which some version tells such events apart', () => {
    const event = shopEvent('com.shop.order.shipped', { order: '7', number: '7' });
    expect(routed([older, newer, alike], event)).to.deep.equal([
      { to: 'inbox', type: 'correlated', data: { event }, subject: keyOf('event.data.number') },
      { to: 'inbox', type: 'correlated', data: { event }, subject: keyOf('event.data.order') },
    ]);
  });

  it('states where an event does not have the value, and passes on what it has', () => {
    const emissions = routed([older, newer], shopEvent('com.shop.order.shipped', { order: '7', number: 7 }));
    expect(emissions.map(({ type }) => type)).to.deep.equal(['external.rejected', 'correlated']);
    expect(emissions[0]?.data).to.deep.include({ event: 's1', definition: 'shipping' });
  });

  it('emits nothing for an event for which nothing waits', () => {
    expect(routed([newer], shopEvent('com.shop.order.lost', { order: '7' }))).to.deep.equal([]);
  });
});

/** States by key, as the loops of all partitions keep them; what one emits into the inbox comes to the other. */
class Partitions {
  readonly states = new Map<StateKey, KeptState>();
  readonly events: Event[] = [];
  private readonly machines: readonly Machine[];
  private records = 0;

  constructor(machines: readonly Machine[]) {
    this.machines = machines;
  }

  shopEvent(event: Event): void {
    this.follow(routed(this.machines, event), event.id);
  }

  private follow(emissions: readonly OutgoingEmission[], cause: string): void {
    this.records += 1;
    const emitter = { source: '/engine', sequence: this.records, now: NOW, causationid: cause };
    emissions.forEach((emission, place) => {
      const event = eventOf(emission, place, emitter);
      if (emission.to === 'inbox') this.apply(event);
      else this.events.push(event);
    });
  }

  private apply(event: Event): void {
    const logic = contactLogic({
      step,
      machines: { current: machinesOf(this.machines), ready: () => undefined },
    });
    const key = logic.keyOf(event);
    if (key === undefined) throw new Error(`nobody takes ${event.type}`);
    const { state, emissions } = logic.onEvent(event, this.states.get(key), NOW);
    if (state) this.states.set(key, state);
    else this.states.delete(key);
    this.follow(emissions, logic.causeOf(event));
  }
}

describe('the engine', () => {
  const placed = (order: string) => shopEvent('com.shop.order.placed', { order, customer: 'webchat:ana' }, `p${order}`);

  it('lets a wait and an event meet at the value, and names the event as the cause of what follows', () => {
    const partitions = new Partitions([newer]);
    partitions.shopEvent(placed('7'));
    expect(partitions.states.size).to.equal(2);
    partitions.shopEvent(shopEvent('com.shop.order.shipped', { order: '7' }));
    const said = partitions.events.find(({ type }) => type === 'message.requested');
    expect(said).to.include({ causationid: 's1' });
    expect(partitions.events.at(-1)).to.include({ type: 'conversation.completed', causationid: 's1' });
  });

  it('keeps states of values beside those of contacts, and forgets events at their time', async () => {
    const folder = temporaryFolder();
    const store = new StateStore(folder.path, PLAIN_CODEC);
    try {
      const partitions = new Partitions([newer]);
      partitions.shopEvent(shopEvent('com.shop.order.shipped', { order: '7' }));
      for (const [key, state] of partitions.states) store.commit(key, state, 1);
      const applied = { epoch: 1, sequence: 1, position: messageId(0, 0) };
      await store.flush({ generation: 'g', applied, now: NOW, positions: {}, marks: {} });
      const due = (NOW + RECENT_EVENTS_MS) as Millis;
      expect(store.nextDue()).to.equal(due);
      const [first] = store.dueDeadlines(due, 10);
      const [[key, state] = []] = [...partitions.states];
      if (key === undefined || !isCorrelationKey(key)) throw new Error('no value is kept');
      expect(first).to.deep.equal({ key, deadline: { correlation: key, due } });
      const logic = contactLogic({ step, machines: { current: machinesOf([newer]), ready: () => undefined } });
      expect(logic.onDeadline(key, { correlation: key, due }, state, due).state).to.equal(undefined);
    } finally {
      await store.close();
      folder.remove();
    }
  });
});
