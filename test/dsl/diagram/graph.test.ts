import { expect } from 'chai';
import { diagramOf, type DiagramFlow } from '../../../dsl/diagram/graph.ts';
import { allShipped } from '../conversations/shipped.ts';
import { machineOf } from '../given-when-then.ts';

const flowOf = (text: string, name = 'main'): DiagramFlow => {
  const flow = diagramOf(machineOf(`conversation: drawn\nstart: [{ match: begin }]\n${text}`)).flows.find(
    (one) => one.name === name,
  );
  if (!flow) throw new Error(`no flow ${name}`);
  return flow;
};

/** `FROM → TO: LABELS`, dashed for time-outs. */
const waysOf = ({ boxes, edges }: DiagramFlow): readonly string[] => {
  const titles = new Map(boxes.map(({ id, title }) => [id, title]));
  return edges.map(({ from, to, labels, isTimeOut }) => {
    const label = labels.length === 0 ? '' : `: ${labels.join(' / ')}`;
    return `${titles.get(from) ?? from} ${isTimeOut ? '⇢' : '→'} ${titles.get(to) ?? to}${label}`;
  });
};

const ASK = `steps:
  - step: question
    ask: Yes or no?
    within: 2h
    replies:
      - { match: [yeah, sure], goto: next }
      - { match: nope, end: refused }
      - otherwise: { again: 1, exhausted: { end: lost } }
    silence:
      - { say: Still there?, within: 1h }
      - end: silent
  - step: thanks
    say: Thank you.
`;

const LISTEN = (kind: string): string => `steps:
  - step: wait
    listen:
      ${kind}:
        - { event: com.shop.paid, key: event.data.order, equals: contact.address, say: Paid. }
        - { event: com.shop.packed, key: event.data.order, equals: contact.address }
    within: 2d
    silence: [{ end: late }]
  - step: thanks
    say: Thank you.
anytime:
  - { event: com.shop.cancelled, key: event.data.order, equals: contact.address, end: cancelled }
`;

describe('a diagram', () => {
  it('shows a way per event that is waited for, and where it goes on once all have come', () => {
    expect(waysOf(flowOf(LISTEN('any')))).to.deep.equal([
      '“begin” → wait',
      'wait → thanks: com.shop.paid / com.shop.packed',
      'wait ⇢ late: after 2d',
      'thanks → completed',
      'anytime com.shop.cancelled → cancelled',
    ]);
    expect(waysOf(flowOf(LISTEN('all')))).to.deep.equal([
      '“begin” → wait',
      'wait → wait: com.shop.paid / com.shop.packed',
      'wait → thanks: all have come',
      'wait ⇢ late: after 2d',
      'thanks → completed',
      'anytime com.shop.cancelled → cancelled',
    ]);
  });

  it('shows a way per reply and time-out of a question, by the words and times of the author', () => {
    expect(waysOf(flowOf(ASK))).to.deep.equal([
      '“begin” → question',
      'question → thanks: “yeah”, “sure”',
      'question → refused: “nope”',
      'question → question: anything else',
      'question → lost: after 1 more tries',
      'question ⇢ question: 2h of silence',
      'question ⇢ silent: 1h of silence',
      'thanks → completed',
    ]);
  });

  it('shows cases, shares and rounds', () => {
    const flow = flowOf(`vars: { n: { type: integer, default: 0 } }
steps:
  - step: choice
    branch: [{ when: vars.n > 2, end: many }, { otherwise: next }]
  - step: chance
    split: [{ share: 30, end: lucky }, { share: 70, goto: next }]
  - step: loop
    repeat:
      most: 3
      while: vars.n < 2
      steps: [{ step: round, say: Again. }]
      exhausted: { end: tired }
`);
    expect(waysOf(flow)).to.deep.equal([
      '“begin” → choice',
      'choice → many: vars.n > 2',
      'choice → chance: otherwise',
      'chance → lucky: 30 %',
      'chance → loop: 70 %',
      'loop → loop.round: another round',
      'loop → completed: no longer vars.n < 2',
      'loop → tired: after 3 rounds',
      'loop.round → loop',
    ]);
  });

  it('shows what may happen at any time, and snippets by themselves', () => {
    const text = `steps:
  - step: book
    call: hour
    outcomes: { done: next, otherwise: { end: gone } }
anytime:
  - { match: directions, say: 12 Main St, then: resume }
failed: { say: Sorry. }
snippets:
  hour:
    steps: [{ step: wait, delay: { for: 1h }, end: done }]
`;
    expect(waysOf(flowOf(text))).to.include.members(['book → completed: done', 'book → gone: otherwise']);
    const aside = flowOf(text).boxes.filter(({ kind }) => kind === 'anytime');
    expect(aside.map(({ title }) => title)).to.include.members(['anytime “directions”', 'on failure']);
    expect(waysOf(flowOf(text, 'hour'))).to.deep.equal(['hour → wait', 'wait → done']);
    expect(flowOf(text).boxes.find(({ title }) => title === 'book')).to.include({ kind: 'call', calls: 'hour' });
  });

  it('shows what a step does after it waited', () => {
    const flow = flowOf('steps:\n  - step: later\n    delay: { for: 2h }\n    say: Good morning.\n    end: told\n');
    expect(flow.boxes.map(({ lines }) => lines.join())).to.include.members(['waits 2h', '“Good morning.”']);
    expect(waysOf(flow)).to.deep.equal(['“begin” → later', 'later → later', 'later → told']);
  });

  it('has a box for each step of the shipped conversations, and edges between boxes only', () => {
    for (const machine of allShipped()) {
      for (const { name, boxes, edges } of diagramOf(machine).flows) {
        const ids = new Set(boxes.map(({ id }) => id));
        expect(ids.size, `${machine.name} ${name}: ids are unique`).to.equal(boxes.length);
        for (const { from, to } of edges) expect([...ids]).to.include.members([from, to]);
      }
    }
  });
});
