import { expect } from 'chai';
import { given, machineOf, type Scene } from '../given-when-then.ts';

const BOOKED = 'com.shop.order.placed';
const SHIPPED = 'com.shop.order.shipped';
const LOST = 'com.shop.order.lost';
const CANCELLED = 'com.shop.order.cancelled';

const START = `
start:
  - event: ${BOOKED}
    contact: event.data.to
    inputs: { order: "\${event.data.order}" }
inputs: { order: text }
`;

const AWAITED = (type: string): string => `event: ${type}, key: event.data.order, equals: inputs.order`;

const any = machineOf(`
conversation: any
${START}
vars:
  carrier: text
steps:
  - listen:
      any:
        - event: ${SHIPPED}
          key: event.data.order
          equals: inputs.order
          when: event.data.parcels > 0.0
          set: { carrier: "\${event.data.carrier}" }
          say: "On its way, \${event.data.parcels.format()} parcels."
          goto: next
        - { ${AWAITED(LOST)}, end: lost }
    within: 2d
    silence:
      - { say: Nothing came., end: never-shipped }
  - say: "With \${vars.carrier}."
`);

const all = machineOf(`
conversation: all
${START}
vars:
  carrier: text
  paid: { type: boolean, default: false }
steps:
  - listen:
      all:
        - { ${AWAITED(SHIPPED)}, set: { carrier: "\${event.data.carrier}" } }
        - { ${AWAITED('com.shop.order.paid')}, set: { paid: true }, say: Paid. }
    within: 2d
    silence: [{ end: incomplete }]
  - say: "With \${vars.carrier}."
`);

const loop = machineOf(`
conversation: loop
${START}
steps:
  - repeat:
      most: 3
      exhausted: next
      steps:
        - listen:
            any: [{ ${AWAITED(SHIPPED)}, say: "Parcel \${event.data.n}." }]
          within: 1d
          silence: [{ end: silent }]
`);

const interrupted = (steps: string, more = '') =>
  machineOf(`
conversation: interrupted
${START}
steps:
${steps}
anytime:
  - { ${AWAITED(CANCELLED)}, say: "Cancelled: \${event.data.why}", end: cancelled }
  - { ${AWAITED('com.shop.order.changed')}, say: Changed., then: resume }
  - match: wait
    call: patience
    outcomes: { otherwise: next }
    then: resume
snippets:
  patience:
    steps:
      - ask: Still there?
        within: 1h
        silence: [{ end: none }]
  inner:
    steps:
      - delay: { for: 1h }
${more}
`);

const TO = 'webchat:ana';
const placed = (scene: Scene, order = '7'): Scene => {
  scene.external(BOOKED, { to: TO, order });
  scene.happened();
  return scene;
};
const shipped = { order: '7', parcels: 2, carrier: 'DHL' };
const keptValues = (scene: Scene): number => [...scene.values.values()].flatMap(({ waits }) => waits).length;

describe('listen', () => {
  it('waits for the first of several events that have the value, and takes what they hold', () => {
    const scene = placed(given([any]));
    scene.external(SHIPPED, { ...shipped, order: '8' });
    expect(scene.happened()).to.deep.equal([]);
    scene.external(SHIPPED, shipped);
    expect(scene.happened()).to.deep.equal([
      'timer.cancelled {"timer":"event-1"}',
      'says On its way, 2 parcels.',
      'conversation.advanced {"from":"step-1","to":"step-2","reason":"goto"}',
      'says With DHL.',
      'ends completed',
    ]);
  });

  it('goes the way of the event that came', () => {
    expect(
      placed(given([any]))
        .external(LOST, { order: '7' })
        .happened(),
    ).to.include('ends lost');
  });

  it('passes over an event that its condition does not take', () => {
    const scene = placed(given([any])).external(SHIPPED, { ...shipped, parcels: 0 });
    expect(scene.happened()).to.deep.equal([]);
    expect(scene.external(SHIPPED, shipped).happened()).to.include('ends completed');
  });

  it('fails where the condition fails on the event', () => {
    const scene = placed(given([any])).external(SHIPPED, { order: '7' });
    expect(scene.happened().at(-1)).to.contain('conversation.failed').and.contain('expression-failed');
  });

  it('leaves by silence after its time, without using up the lifetime', () => {
    const scene = placed(given([any]));
    expect(scene.state?.conversations[0]?.timers.map(({ id }) => id)).to.deep.equal(['event-1']);
    expect(scene.advance('1d23h').happened()).to.deep.equal([]);
    expect(scene.advance('1h').happened().slice(1)).to.deep.equal(['says Nothing came.', 'ends never-shipped']);
  });

  it('takes an event that came shortly before it began to wait', () => {
    const scene = given([any]).external(SHIPPED, shipped);
    expect(scene.external(BOOKED, { to: TO, order: '7' }).happened()).to.include('ends completed');
  });

  it('does not take one that came too long before', () => {
    const scene = given([any]).external(SHIPPED, shipped).advance('10m');
    expect(scene.external(BOOKED, { to: TO, order: '7' }).happened()).not.to.include('ends completed');
  });

  it('waits for all, in any order', () => {
    const scene = placed(given([all]));
    scene.external('com.shop.order.paid', { order: '7' });
    expect(scene.happened()).to.deep.equal(['says Paid.', 'conversation.waiting {"state":"step-1","for":"event"}']);
    scene.external('com.shop.order.paid', { order: '7' });
    expect(scene.happened()).to.deep.equal([]);
    expect(scene.external(SHIPPED, shipped).happened().slice(-2)).to.deep.equal(['says With DHL.', 'ends completed']);
  });

  it('leaves by silence where not all have come', () => {
    const scene = placed(given([all]))
      .external(SHIPPED, shipped)
      .advance('2d');
    expect(scene.happened().at(-1)).to.equal('ends incomplete');
  });

  it('counts an event once, however often it is listened for or sent', () => {
    const scene = placed(given([loop]));
    const event = scene.eventOf(SHIPPED, { order: '7', n: 'one' });
    expect(scene.arrive(event).said()).to.deep.equal(['Parcel one.']);
    expect(scene.arrive(event).happened()).to.deep.equal([]);
    expect(scene.external(SHIPPED, { order: '7', n: 'two' }).said()).to.deep.equal(['Parcel two.']);
  });

  it('does not take the event that started it', () => {
    const own = machineOf(`
conversation: own
${START}
steps:
  - listen:
      any: [{ ${AWAITED(BOOKED)}, say: Another. }]
    within: 1d
    silence: [{ end: silent }]
`);
    const scene = given([own]).external(BOOKED, { to: TO, order: '7' });
    expect(scene.said()).to.deep.equal([]);
    expect(scene.external(BOOKED, { to: 'webchat:ben', order: '7' }).said()).to.deep.equal(['Another.']);
  });

  it('waits nowhere any more once it is over, however it ends', () => {
    const ends: readonly ((scene: Scene) => Scene)[] = [
      (scene) => scene.external(SHIPPED, shipped),
      (scene) => scene.advance('2d'),
      (scene) => scene.reply('STOP'),
    ];
    for (const end of ends) {
      const scene = placed(given([any]));
      expect(keptValues(scene)).to.equal(2);
      end(scene);
      expect(keptValues(scene)).to.equal(0);
      scene.happened();
      expect(scene.external(SHIPPED, shipped).happened()).to.deep.equal([]);
    }
  });
});

describe('anytime by event', () => {
  const QUESTION = '  - ask: How many?\n    within: 1h\n    silence: [{ end: silent }]';
  const cancelled = { order: '7', why: 'sold out' };

  for (const [during, steps] of [
    ['a question', QUESTION],
    ['a delay', '  - delay: { for: 1h }'],
    ['a listen', `  - listen:\n      any: [{ ${AWAITED(SHIPPED)} }]\n    within: 1d\n    silence: [{ end: silent }]`],
    ['a call', '  - call: inner\n    outcomes: { completed: next }'],
  ] as const) {
    it(`interrupts ${during}`, () => {
      const scene = placed(given([interrupted(steps)])).external(CANCELLED, cancelled);
      expect(scene.happened()).to.include.members(['says Cancelled: sold out', 'ends cancelled']);
      expect(keptValues(scene)).to.equal(0);
    });
  }

  it('resumes where it was: the clock goes on', () => {
    const scene = placed(given([interrupted(QUESTION)])).external('com.shop.order.changed', { order: '7' });
    expect(scene.said()).to.deep.equal(['Changed.']);
    expect(scene.advance('1h').happened()).to.include('ends silent');
  });

  it('waits while another interrupt is at work, and is taken when that has ended', () => {
    const scene = placed(given([interrupted(QUESTION)])).reply('wait');
    scene.happened();
    scene.external(CANCELLED, cancelled);
    expect(scene.happened()).to.deep.equal([]);
    expect(scene.reply('yes').happened()).to.include.members(['says Cancelled: sold out', 'ends cancelled']);
  });

  it('keeps what a listen waits for while an interrupt is at work, also over its time-out', () => {
    const steps = `  - listen:\n      any: [{ ${AWAITED(SHIPPED)}, say: Came. }]\n    within: 30m\n    silence: [{ end: silent }]`;
    const scene = placed(given([interrupted(steps)])).reply('wait');
    scene.external(SHIPPED, shipped).advance('40m').happened();
    expect(scene.reply('yes').happened()).to.include.members(['says Came.', 'ends completed']);
    const without = placed(given([interrupted(steps)]))
      .reply('wait')
      .advance('40m');
    expect(without.reply('yes').happened()).to.include('ends silent');
  });

  for (const meanwhile of ['20m', '40m']) {
    it(`looks once at what it kept, ${meanwhile} later: what one event sets does not make an earlier one fit`, () => {
      const steps = `  - listen:
      all:
        - { ${AWAITED(SHIPPED)}, when: vars.paid, say: Came. }
        - { ${AWAITED('com.shop.order.paid')}, set: { paid: true }, say: Paid. }
    within: 30m
    silence: [{ end: silent }]`;
      const scene = placed(given([interrupted(steps, 'vars:\n  paid: { type: boolean, default: false }\n')]));
      scene.reply('wait').external(SHIPPED, shipped).external('com.shop.order.paid', { order: '7' }).advance(meanwhile);
      scene.happened();
      expect(scene.reply('yes').said()).to.deep.equal(['Paid.']);
      expect(scene.state?.conversations[0]?.setAside).to.equal(undefined);
    });
  }

  it('is kept while people of ours have the person, and taken when they give them back', () => {
    const steps = '  - handoff: desk\n    within: 1h\n    returned: next\n    nobody: next\n' + QUESTION;
    const scene = placed(given([interrupted(steps)])).external(CANCELLED, cancelled);
    expect(scene.happened()).to.deep.equal([]);
    const conversation = scene.state?.conversations[0]?.id;
    scene.receive('handoff.returned', { conversation, agent: 'bo', outcome: 'returned' });
    expect(scene.happened()).to.include.members(['says Cancelled: sold out', 'ends cancelled']);
  });

  it('begins again with what it waits for at a restart', () => {
    const restarting = machineOf(`
conversation: restarting
${START}
steps:
${QUESTION}
anytime:
  - { ${AWAITED(CANCELLED)}, say: Again., then: restart }
`);
    const scene = placed(given([restarting])).external(CANCELLED, cancelled);
    expect(scene.said()).to.deep.equal(['Again.', 'How many?']);
    expect(scene.external(CANCELLED, { ...cancelled }).said()).to.deep.equal(['Again.', 'How many?']);
  });

  it('waits in a snippet only as long as that runs', () => {
    const inner = machineOf(`
conversation: inner
${START}
steps:
  - call: part
    with: { number: "\${inputs.order}" }
    outcomes: { completed: next }
  - delay: { for: 1h }
snippets:
  part:
    inputs: { number: text }
    steps:
      - delay: { for: 1h }
    anytime:
      - { event: ${CANCELLED}, key: event.data.order, equals: inputs.number, say: Heard., then: resume }
`);
    const scene = placed(given([inner]));
    expect(scene.external(CANCELLED, cancelled).said()).to.deep.equal(['Heard.']);
    expect(keptValues(scene)).to.equal(1);
    scene.advance('1h');
    expect(keptValues(scene)).to.equal(0);
  });

  it('fails where too many wait for the value', () => {
    const scene = placed(given([any]));
    const [conversation] = scene.state?.conversations ?? [];
    const awaiting = conversation?.wait.for === 'event' ? conversation.wait.awaiting.id : '';
    scene.receive('await-refused', { conversation: conversation?.id, awaiting, reason: 'too many' });
    expect(scene.happened().at(-1)).to.contain('waits-exceeded');
  });

  it('fails at the start where its value can not be had', () => {
    const broken = machineOf(`
conversation: broken
start: [{ match: go }]
inputs: { orders: { list: text, default: [] } }
steps:
${QUESTION}
anytime:
  - { event: ${CANCELLED}, key: event.data.order, equals: 'inputs.orders[0]', then: resume }
`);
    expect(given([broken]).reply('go').happened().at(-1)).to.contain('conversation.failed');
  });
});
