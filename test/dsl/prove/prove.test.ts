import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { compileText } from '../../../dsl/compile/compile.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import type { Node } from '../../../dsl/machine/nodes.ts';
import { diagnose } from '../../../dsl/prove/diagnose.ts';
import { givenFor, explore } from '../../../dsl/prove/explore.ts';
import { graphOf, type MachineGraph } from '../../../dsl/prove/graph.ts';
import { openOf, replay, type Played } from '../../../dsl/prove/play.ts';
import { unheardWords } from '../../../dsl/prove/platform-words.ts';
import { prove } from '../../../dsl/prove/prove.ts';
import { allShipped } from '../conversations/shipped.ts';
import { machineOf } from '../given-when-then.ts';

const PROVED = [
  ...['step-unreachable', 'interrupt-unreachable', 'dead-end', 'loop-without-wait', 'steps-exceeded'],
  ...['rounds-exceeded', 'loop-in-silence', 'calls-too-deep', 'wait-without-time-out', 'starts-itself'],
  'time-out-after-lifetime',
] as const;
/** Nothing can be shown of what never happens. */
const UNSHOWN: ReadonlySet<string> = new Set(['step-unreachable', 'interrupt-unreachable']);

const fixture = (code: string): Machine =>
  machineOf(readFileSync(join(import.meta.dirname, '../broken', `${code}.yaml`), 'utf8'));

const codesOf = (machine: Machine, options = {}): readonly string[] =>
  prove(machine, options).findings.map(({ code, severity }) => (severity ? `${severity} ${code}` : code));

const definition = (steps: string, rest = ''): Machine =>
  machineOf(`conversation: proved\nstart: [{ match: hi }]\n${rest}steps:\n${steps}`);

const ASK = (way: string) => `    ask: How are you?\n    within: 1h\n    silence: [{ ${way} }]\n`;

/** With a node changed, as no definition could. */
function changed(machine: Machine, op: Node['op'], change: object): Machine {
  const { main } = machine.flows;
  if (!main) throw new Error('a machine has a main flow');
  const nodes = main.nodes.map((node) => (node.op === op ? { ...node, ...change } : node));
  return { ...machine, flows: { ...machine.flows, main: { ...main, nodes } } };
}

/** Nodes that the graph has a place for. */
function nodesIn(graph: MachineGraph): ReadonlySet<string> {
  return new Set([...graph.values()].flatMap(({ flow, places }) => places.map(({ node }) => `${flow} ${node}`)));
}

describe('the prover', () => {
  for (const code of PROVED) {
    it(`finds ${code}, and its dialogue shows it in the simulation`, () => {
      const machine = fixture(code);
      const { findings } = prove(machine);
      expect(findings.map((finding) => finding.code)).to.deep.equal([code]);
      for (const { dialogue } of findings) {
        if (UNSHOWN.has(code)) continue;
        expect(dialogue, 'a dialogue').to.not.equal(undefined);
        if (!dialogue) continue;
        expect(replay([machine], machine, dialogue), 'the whole dialogue').to.equal(true);
        const shorter = { ...dialogue, actions: dialogue.actions.slice(0, -1) };
        expect(replay([machine], machine, shorter), 'without its last action').to.equal(false);
      }
    });
  }

  it('finds nothing in the shipped conversations, and tries STOP and HELP in each of their places', () => {
    for (const machine of allShipped()) {
      const { findings, tried, isComplete } = prove(machine);
      const errors = findings.map(({ code, line, message }) => `${machine.name}:${line} ${code} ${message}`);
      expect(errors).to.deep.equal([]);
      expect(isComplete, machine.name).to.equal(true);
      expect(tried, machine.name).to.be.greaterThan(0);
    }
  });

  it('has a place for every node that a dialogue passes', () => {
    const machines = [...allShipped(), ...PROVED.map(fixture)];
    for (const machine of machines) {
      const known = nodesIn(graphOf(machine));
      const seen = new Set<string>();
      const visit = (played: Played): void => {
        for (let one: Played | undefined = played; one; one = one.before)
          for (const { flow, node } of one.passages) seen.add(`${flow} ${node}`);
      };
      explore(machine, { given: givenFor(machine), claims: [], mostAttempts: 2000, visit });
      expect(
        [...seen].filter((node) => !known.has(node)),
        machine.name,
      ).to.deep.equal([]);
    }
  });

  it('waits with a dialogue in every place of a question that the graph has', () => {
    for (const machine of allShipped()) {
      const waits = new Set<string>();
      const visit = (played: Played): void => {
        const conversation = openOf(machine, played);
        const { wait, frames } = conversation ?? {};
        if (wait?.for === 'reply') waits.add(`${frames?.at(-1)?.flow ?? ''} ${wait.node} ${wait.stage}`);
      };
      explore(machine, { given: givenFor(machine), claims: [], mostAttempts: 5000, visit });
      const asked = [...graphOf(machine).values()].flatMap(({ flow, places, nodes }) =>
        places.flatMap(({ node, stage, isWait }) =>
          isWait && nodes[node]?.op === 'ask' ? [`${flow} ${node} ${stage}`] : [],
        ),
      );
      const unknown = [...waits].filter((wait) => !asked.includes(wait));
      expect(unknown, `${machine.name}: questions that the graph does not have`).to.deep.equal([]);
      expect([...waits].sort(), machine.name).to.deep.equal(asked.sort());
    }
  });
});

describe('events', () => {
  const LISTEN = (ways: string, kind = 'any') =>
    `  - step: wait\n    listen:\n      ${kind}:\n${ways}\n    within: 1d\n    silence: [{ end: silent }]\n`;
  const EVENT = 'event: com.shop.order.shipped, key: event.data.order, equals: conversation.id';

  it('are made up for dialogues as what waits for them expects, and for conditions on them', () => {
    const machine = definition(
      LISTEN(`        - { ${EVENT}, when: event.data.parcels > 2.0, goto: round }`) +
        '  - step: round\n    say: "Round."\n    goto: round\n',
    );
    const [finding] = prove(machine).findings;
    expect(finding).to.include({ code: 'loop-without-wait' });
    const actions = finding?.dialogue?.actions ?? [];
    expect(actions.map((action) => action.do)).to.deep.equal(['reply', 'event']);
    expect(actions.at(-1)).to.have.nested.property('data.parcels', 3);
    expect(finding?.dialogue && replay([machine], machine, finding.dialogue)).to.equal(true);
  });

  it('come in all orders where all are waited for', () => {
    const other = EVENT.replace('shipped', 'paid');
    const machine = definition(
      LISTEN(`        - { ${EVENT}, say: One. }\n        - { ${other}, say: Two. }`, 'all') +
        '  - step: round\n    say: "Round."\n    goto: round\n',
    );
    const [finding] = prove(machine).findings;
    expect(finding?.dialogue?.actions.map((action) => action.do)).to.deep.equal(['reply', 'event', 'event']);
  });

  it('are no silence: who listens again does not wait without end', () => {
    expect(codesOf(definition(LISTEN(`        - { ${EVENT}, say: Came., goto: wait }`)))).to.deep.equal([]);
  });

  it('reach what an interrupt by an event does', () => {
    const rest = `anytime:\n  - { ${EVENT.replace('conversation.id', 'contact.address')}, goto: round }\n`;
    const steps = `  - step: ask\n${ASK('end: silent')}  - end: done\n  - step: round\n    say: "Round."\n    goto: round\n`;
    const [finding] = prove(definition(steps, rest)).findings;
    expect(finding?.dialogue?.actions.map((action) => action.do)).to.deep.equal(['reply', 'event']);
  });
});

describe('loops', () => {
  it('only warns where a case may lead out of a loop without a wait', () => {
    const machine = definition(
      `  - step: again\n    set: { n: '\${vars.n + 1}' }\n  - branch:\n      - when: vars.n < 3\n        goto: again\n      - otherwise: next\n`,
      'vars: { n: { type: integer, default: 0 } }\n',
    );
    expect(codesOf(machine)).to.deep.equal(['warning loop-without-wait']);
  });

  it('takes a delay until a time for one that may be over, and tells an error where a dialogue comes to it', () => {
    const loop = (delay: string) => definition(`  - step: again\n    delay: { ${delay} }\n    goto: again\n`);
    expect(codesOf(loop('until: now'))).to.include('error loop-without-wait');
    expect(codesOf(loop('for: 1h'))).to.deep.equal(['dead-end']);
  });

  it('sees that a question that may be left out waits for nobody', () => {
    const window = (otherwise: string) => `send: { window: { from: '09:00', to: '18:00', otherwise: ${otherwise} } }\n`;
    const steps = `  - step: again\n${ASK('goto: again')}`;
    expect(codesOf(definition(steps, window('skip')))).to.include('warning loop-without-wait');
    expect(codesOf(definition(steps, window('hold')))).to.not.include('warning loop-without-wait');
  });

  it('leaves alone what `repeat` bounds, but not what leads back to before it', () => {
    const repeat = (inner: string) =>
      definition(
        `  - step: top\n    say: Hello.\n  - repeat:\n      most: 3\n      steps:\n        - say: Round.\n${inner}      exhausted: next\n`,
      );
    expect(codesOf(repeat(''))).to.deep.equal([]);
    expect(codesOf(repeat('        - goto: top\n'))).to.include('error loop-without-wait');
  });

  it('finds a loop through a snippet that does not wait, not through one that does', () => {
    const loop = (step: string) =>
      definition(
        `  - step: again\n    call: part\n    outcomes: { otherwise: { goto: again } }\n`,
        `snippets:\n  part:\n    steps:\n      - ${step}\n`,
      );
    expect(codesOf(loop('say: Hello.'))).to.include('error loop-without-wait');
    expect(codesOf(loop('delay: { for: 1h }'))).to.not.include('error loop-without-wait');
  });

  it('takes an interrupt that leaves for a way out of a snippet without an end', () => {
    const rest = (anytime: string) =>
      `${anytime}snippets:\n  part:\n    steps:\n      - step: again\n        delay: { for: 1h }\n      - goto: again\n`;
    const steps = '  - call: part\n    outcomes: { otherwise: next }\n';
    expect(codesOf(definition(steps, rest('')))).to.include('dead-end');
    expect(codesOf(definition(steps, rest('anytime: [{ match: leave, end: left }]\n')))).to.not.include('dead-end');
  });
});

describe('interrupts', () => {
  it('can come while a snippet waits', () => {
    const rest = `anytime: [{ match: leave, end: left }]\nsnippets:\n  part:\n    steps:\n      - step: one\n        ask: Well?\n        within: 1h\n        silence: [{ end: silent }]\n`;
    expect(codesOf(definition('  - call: part\n    outcomes: { otherwise: next }\n', rest))).to.deep.equal([]);
  });
});

describe('a reply window', () => {
  const replyWindowMs = 24 * 3_600_000;

  it('is over after time-outs and delays that make more than it, of all ways the longest', () => {
    const machine = definition(
      `  - delay: { for: 23h }\n  - say: One.\n  - delay: { for: 2h }\n  - step: two\n    say: Two.\n`,
    );
    const { findings } = prove(machine, { replyWindowMs });
    expect(findings.map(({ code, message }) => [code, message.includes('"two"')])).to.deep.equal([
      ['message-after-window', true],
    ]);
    const [{ dialogue } = {}] = findings;
    expect(dialogue && replay([machine], machine, dialogue)).to.equal(true);
  });

  it('opens again with each reply, and does not matter unless it is asked for', () => {
    const steps = `  - delay: { for: 23h }\n  - ask: Well?\n    within: 30m\n    silence: [{ end: silent }]\n  - delay: { for: 23h }\n  - say: Bye.\n`;
    expect(codesOf(definition(steps), { replyWindowMs })).to.deep.equal([]);
    expect(codesOf(definition('  - delay: { for: 2d }\n  - say: Bye.\n'))).to.deep.equal([]);
  });

  it('is the shortest that the project gives its connectors, where none is asked for', () => {
    const connectors = { sms: { receipts: 'sent' }, email: { replyWindowMs }, webchat: { replyWindowMs: 1 } } as const;
    const machine = definition('  - delay: { for: 2h }\n  - say: Bye.\n');
    expect(codesOf(machine, { connectors })).to.deep.equal(['message-after-window']);
    expect(codesOf(machine, { connectors: { sms: connectors.sms, email: connectors.email } })).to.deep.equal([]);
    expect(codesOf(machine, { connectors, replyWindowMs })).to.deep.equal([]);
  });

  it('is closed where a loop goes on in silence', () => {
    const machine = definition(`  - step: again\n${ASK('goto: again')}`);
    expect(codesOf(machine, { replyWindowMs })).to.include('message-after-window');
  });
});

describe('machines that no definition gives', () => {
  const fetching = definition(
    '  - fetch: shop\n    failed: next\n  - say: Bye.\n',
    'data:\n  shop: { get: "https://shop.example/", timeout: 5s, returns: { open: boolean } }\n',
  );
  const asking = definition(`  - step: one\n${ASK('end: silent')}`);

  it('are told where a failure leads nowhere', () => {
    expect(codesOf(changed(fetching, 'fetch', { failed: undefined }))).to.include('failure-unhandled');
    expect(codesOf(changed(fetching, 'fetch', { failed: 99 }))).to.include('failure-unhandled');
  });

  it('are told where a wait has no time-out', () => {
    expect(codesOf(changed(asking, 'ask', { silence: [] }))).to.include('wait-without-time-out');
    expect(codesOf(changed(asking, 'ask', { withinMs: undefined }))).to.include('wait-without-time-out');
  });

  it('are told where a way leads outside', () => {
    expect(codesOf(changed(asking, 'ask', { any: 99 }))).to.include('dead-end');
  });

  it('are told where they have too many places', () => {
    const silence = Array.from({ length: 100_001 }, () => ({ to: 1, line: 1, column: 1 }));
    const machine = changed(asking, 'ask', { silence });
    const { main } = machine.flows;
    const listening = { op: 'wait-again', ask: 0, withinMs: 1000, state: 'one', line: 1, column: 1 } as const;
    const nodes = [...(main?.nodes.slice(0, 1) ?? []), listening];
    const longer = { ...machine, flows: { main: { ...main, nodes } as typeof main & object } };
    expect(codesOf(longer)).to.deep.equal(['not-proved']);
  });

  it('are told where not everything could be tried, with what was', () => {
    const [finding, ...more] = prove(asking, { mostAttempts: 1 }).findings;
    expect(more).to.deep.equal([]);
    expect(finding).to.include({
      code: 'not-proved',
      message: '1 attempts at dialogues did not lead everywhere: STOP and HELP were tried in 1 places only',
    });
    expect(codesOf(asking, { mostAttempts: 0 }), 'nobody asked for it').to.deep.equal([]);
  });

  it('are told where STOP or HELP goes to somebody else', () => {
    const given = givenFor(asking);
    const [person] = given.people;
    let visited: Played | undefined;
    explore(asking, { given, claims: [], mostAttempts: 10, visit: (played) => (visited ??= played) });
    if (!person || !visited) throw new Error('the question was not asked');
    expect(unheardWords(asking, visited, person)).to.deep.equal([]);
    // Words that reach nobody stand for a platform that does not act on them.
    const deaf = { ...person, addresses: ['webchat:somebody-else'] } as unknown as typeof person;
    expect(unheardWords(asking, visited, deaf).map(({ code }) => code)).to.include('stop-unheard');
  });
});

describe('a lifetime', () => {
  const ask = (within: string, name = 'q') =>
    `  - step: ${name}\n    ask: Well?\n    within: ${within}\n    silence: [{ end: silent }]\n`;
  const LATE = ['time-out-after-lifetime'];

  it('is 3 days by itself, and no time-out may be longer', () => {
    expect(codesOf(definition(ask('5d')))).to.deep.equal(LATE);
    expect(codesOf(definition(ask('3d')))).to.deep.equal([]);
    expect(codesOf(definition(ask('2h'), 'lifetime: 1h\n'))).to.deep.equal(LATE);
  });

  it('counts in a hand-off, and neither in a delay nor while events are waited for', () => {
    const handoff = '  - handoff: desk\n    within: 4d\n    nobody: { end: nobody }\n    returned: next\n';
    const listen =
      '  - listen:\n      any: [{ event: com.shop.paid, key: event.data.id, equals: conversation.id, goto: q }]\n' +
      '    within: 10d\n    silence: [{ end: silent }]\n';
    expect(codesOf(definition(handoff))).to.deep.equal(LATE);
    expect(codesOf(definition(`${listen}${ask('1d')}  - delay: { for: 10d }\n`))).to.deep.equal([]);
  });

  it('takes the quickest way: whoever answers at once has all of it left', () => {
    expect(codesOf(definition(`${ask('2d', 'one')}${ask('2d', 'two')}`))).to.deep.equal([]);
    const silent = '  - step: one\n    ask: Well?\n    within: 2d\n    silence: [{ goto: two }]\n';
    const both = `${silent}    replies: [{ match: a, end: a }, { otherwise: { end: b } }]\n${ask('2d', 'two')}`;
    expect(codesOf(definition(both))).to.deep.equal(LATE);
  });

  it('goes on in what is called', () => {
    const part = `snippets:\n  part:\n    steps:\n${ask('2d').replace(/^(?=.)/gm, '    ')}`;
    const call = '  - call: part\n    outcomes: { silent: { goto: again }, otherwise: { end: done } }\n';
    expect(codesOf(definition(`${call}${ask('2d', 'again')}`, part))).to.deep.equal(LATE);
    expect(codesOf(definition(`${call}${ask('1d', 'again')}`, part))).to.deep.equal([]);
  });
});

describe('a reply clock that starts when the question was delivered', () => {
  const machine = definition(
    `  - ask: How are you?\n    from: delivered\n    within: 1h\n    silence: [{ end: silent }]\n`,
  );
  const sms = (receipts: 'sent' | 'delivered') => ({
    connectors: { sms: { receipts }, webchat: { receipts: 'delivered' } },
  });

  it('is told where connectors of the project do not tell that, as an error where none does', () => {
    expect(codesOf(machine, sms('sent'))).to.deep.equal(['warning receipt-missing']);
    expect(codesOf(machine, { connectors: { email: { receipts: 'sent' } } })).to.deep.equal(['error receipt-missing']);
    expect(codesOf(machine, sms('delivered'))).to.deep.equal([]);
    expect(codesOf(machine)).to.deep.equal([]);
  });
});

describe('a finding in a file that is imported', () => {
  it('is told with the line of that file', () => {
    const shared =
      'shared: parts\nsnippets:\n  loop:\n    steps:\n      - step: again\n        delay: { for: 1h }\n        goto: again\n';
    const text =
      'conversation: x\nimports: [parts.yaml]\nstart: [{ match: hi }]\nsteps:\n  - call: loop\n    outcomes: { otherwise: next }\n';
    const read = (path: string) => (path === 'parts.yaml' ? shared : undefined);
    const compiled = compileText(text, { file: 'x.yaml', read });
    if (!('machine' in compiled)) throw new Error(JSON.stringify(compiled.diagnostics));
    const found = diagnose({ file: 'x.yaml', text, machine: compiled.machine, read });
    const [inside] = found.filter(({ file }) => file === 'parts.yaml');
    expect(inside).to.include({ code: 'dead-end', line: 6 });
    expect(inside?.excerpt).to.include('6 |         delay: { for: 1h }');
  });
});

describe('findings at the same line and column of two files', () => {
  it('are told of the file in which each stands', () => {
    const snippet = (name: string) =>
      `snippets:\n  ${name}:\n    steps:\n      - step: again\n        delay: { for: 1h }\n        goto: again\n`;
    const shared = `shared: parts\n${snippet('theirs')}`;
    const branch = "  - branch: [{ when: contact.address == 'tel:+12125550123', goto: mine }, { otherwise: next }]\n";
    const call = (name: string) => `  - step: ${name}\n    call: ${name}\n    outcomes: { otherwise: next }\n`;
    const steps = `${branch}${call('theirs')}${call('mine')}`;
    const text = `conversation: x\n${snippet('mine')}imports: [parts.yaml]\nstart: [{ match: hi }]\nsteps:\n${steps}`;
    const read = (path: string) => (path === 'parts.yaml' ? shared : undefined);
    const compiled = compileText(text, { file: 'x.yaml', read });
    if (!('machine' in compiled)) throw new Error(JSON.stringify(compiled.diagnostics));
    const found = diagnose({ file: 'x.yaml', text, machine: compiled.machine, read });
    const deadEnds = found.filter(({ code }) => code === 'dead-end').map(({ file, line }) => `${file}:${line}`);
    expect(deadEnds).to.have.members(['x.yaml:6', 'parts.yaml:6']);
  });
});

describe('a question that is held', () => {
  it('has no clock in any place: no time-out can end before it is sent', () => {
    const window = "send: { window: { from: '09:00', to: '18:00', otherwise: hold } }\n";
    const machine = definition(
      [
        '  - delay: { for: 12h }',
        '  - ask: How are you?',
        '    within: 10h',
        '    replies:',
        '      - match: fine',
        '        goto: next',
        '      - otherwise: { say: Pardon?, again: 2, exhausted: { end: lost } }',
        '    silence:',
        '      - say: Still there?',
        '        within: 12h',
        '      - within: 1h',
        '      - end: silent',
        '  - say: Bye.',
        '',
      ].join('\n'),
      window,
    );
    let held = 0;
    const visit = (played: Played): void => {
      const conversation = openOf(machine, played);
      const { wait } = conversation ?? {};
      if (!conversation || wait?.for !== 'reply') return;
      const messages = played.stage.world.contacts.flatMap((contact) => contact.held ?? []);
      if (!messages.some(({ number }) => number === wait.message)) return;
      held += 1;
      expect(wait.timer, 'the reply clock').to.equal(undefined);
      expect(
        conversation.timers.filter(({ id }) => id.startsWith('lifetime')),
        'the lifetime',
      ).to.deep.equal([]);
    };
    explore(machine, { given: givenFor(machine), claims: [], mostAttempts: 500, visit });
    expect(held, 'places with a held question').to.be.greaterThan(1);
  });
});
