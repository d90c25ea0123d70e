import { expect } from 'chai';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { Coverage, percentOf } from '../../../dsl/scenario/coverage.ts';
import { generate } from '../../../dsl/scenario/generate.ts';
import { parseScenarios } from '../../../dsl/scenario/parse.ts';
import { runScenario, type ScenarioResult } from '../../../dsl/scenario/run.ts';
import type { ScenarioFile } from '../../../dsl/scenario/scenario.ts';
import { SimulatedStage } from '../../../dsl/scenario/simulated-stage.ts';
import { writeScenarios } from '../../../dsl/scenario/write.ts';
import { machineOf } from '../given-when-then.ts';

const NUMBERS = machineOf(`
conversation: numbers
locales: [en]
start:
  - match: numbers
vars:
  n: integer
steps:
  - step: question
    ask: Which number?
    into: n
    within: 1h
    replies:
      - otherwise:
          say: A number, please.
          again: 1
          exhausted: { end: gave-up }
    silence:
      - say: Still there?
        within: 1h
      - end: no-answer
  - branch:
      - when: vars.n > 10
        say: Large.
        end: large
      - otherwise: next
  - emit: { type: com.example.small, data: { n: '\${vars.n}' } }
    say: Small.
    end: small
`);

function fileOf(text: string): ScenarioFile {
  const parsed = parseScenarios(text, { file: 'numbers.test.yaml' });
  if ('file' in parsed) return parsed.file;
  throw new Error(parsed.diagnostics.map(({ line, code, message }) => `${line}: ${code} ${message}`).join('\n'));
}

function play(text: string, coverage = new Coverage(), machine: Machine = NUMBERS): Promise<readonly ScenarioResult[]> {
  const file = fileOf(text);
  return Promise.all(
    file.scenarios.map((scenario) =>
      runScenario((given) => Promise.resolve(SimulatedStage.open([machine], given, coverage.trace)), file, scenario),
    ),
  );
}

const scenario = (steps: string) => `scenarios: numbers\ncases:\n  - case: one\n    steps:\n${steps}`;
const step = (...lines: readonly string[]) => scenario(lines.map((line) => `      - ${line}\n`).join(''));

describe('a scenario', () => {
  it('passes where everything is as expected', async () => {
    const [result] = await play(
      step(
        'reply: numbers',
        'says: Which number?',
        'waits: question',
        "reply: '7'",
        'emits: { type: com.example.small, data: { n: 7 } }',
        'says: /^Sm.ll/',
        'ends: small',
        'no-message: true',
        'happens: { type: conversation.started, data: { definition: numbers } }',
      ),
    );
    expect(result?.failure).to.equal(undefined);
    expect(result?.transcript).to.deep.equal([
      '> numbers',
      '  says Which number?',
      '> 7',
      '  emits com.example.small {"n":7}',
      '  says Small.',
      '  ends small',
    ]);
  });

  const differences: Readonly<Record<string, readonly [string, object]>> = {
    'a message that nothing expects, at the next action': [
      step('reply: numbers', 'advance: 1m'),
      { line: 6, message: 'said, but not expected', actual: 'Which number?' },
    ],
    'a message that nothing expects, at the end': [
      step('reply: numbers'),
      { line: 5, message: 'said, but not expected', actual: 'Which number?' },
    ],
    'another text': [
      step('reply: numbers', 'says: What number?'),
      { line: 6, message: 'said something else', expected: 'What number?', actual: 'Which number?' },
    ],
    silence: [step('says: Hello'), { line: 5, message: 'nothing more was said', expected: 'Hello' }],
    'another outcome': [
      step('reply: numbers', 'says: Which number?', 'reply: x', 'says: /A number/', 'reply: y', 'ends: small'),
      { line: 10, message: 'ended otherwise', expected: 'completed: small', actual: 'ends gave-up' },
    ],
    'an event that is not emitted': [
      step('emits: { type: com.example.small }'),
      { line: 5, message: 'not emitted', expected: 'com.example.small', actual: 'nothing' },
    ],
    'other variables': [
      step('reply: numbers', 'says: Which number?', 'vars: { n: 7 }'),
      { line: 7, message: 'the variables differ', expected: '{"n":7}', actual: '{}' },
    ],
    'another step': [
      step('reply: numbers', 'says: Which number?', 'waits: answer'),
      { line: 7, message: 'waits elsewhere', expected: 'answer', actual: 'question' },
    ],
  };
  for (const [title, [text, failure]] of Object.entries(differences)) {
    it(`fails on ${title}`, async () => {
      const [result] = await play(text);
      expect(result?.failure).to.deep.include(failure);
    });
  }

  it('runs once per row, with values of their own types', async () => {
    const results = await play(`
scenarios: numbers
ignore: [messages]
cases:
  - case: small numbers
    with:
      - { n: 3, word: '3' }
      - { n: 7, word: '7' }
    steps:
      - reply: numbers
      - reply: \${word}
      - emits: { type: com.example.small, data: { n: '\${n}' } }
`);
    expect(results.map(({ scenario: { title } }) => title)).to.deep.equal([
      'small numbers (n: 3, word: 3)',
      'small numbers (n: 7, word: 7)',
    ]);
    expect(results.map(({ failure }) => failure)).to.deep.equal([undefined, undefined]);
  });

  it('says what a provider reports about the newest message', async () => {
    const [result] = await play(
      step(
        'reply: numbers',
        'says: /Which/',
        'receive: { type: message.failed }',
        'ends: { how: failed, code: message-undeliverable }',
      ),
    );
    expect(result?.failure).to.equal(undefined);
  });

  it('fails where what it does starts the conversation again without end', async () => {
    const machine = machineOf(`
conversation: numbers
start: [{ event: com.example.ping, contact: event.data.to }]
steps: [{ emit: { type: com.example.ping, data: { to: '\${contact.address}' } } }]
`);
    const ping = step("event: { type: com.example.ping, data: { to: '+12125550123' } }");
    const [result] = await play(ping, new Coverage(), machine);
    expect(result?.failure).to.deep.include({ line: 5, message: 'the definitions start one another without end' });
  });
});

describe('a scenario file', () => {
  const problemsOf = (text: string) => {
    const parsed = parseScenarios(text, { file: 'x.test.yaml' });
    return 'diagnostics' in parsed
      ? parsed.diagnostics.map(({ code, line, column }) => `${code}:${line}:${column}`)
      : [];
  };

  it('tells every problem with its place', () => {
    expect(problemsOf(step('repply: x'))).to.deep.equal(['unknown-key:5:9']);
    expect(problemsOf(step('advance: 2 hours'))).to.deep.equal(['duration-invalid:5:18']);
    expect(problemsOf(step('says: /(/'))).to.deep.equal(['wrong-value:5:15']);
    expect(problemsOf(step('reply: { text: x, contact: ben }'))).to.deep.equal(['wrong-value:5:16']);
    expect(
      problemsOf('scenarios: x\ngiven: { now: monday }\ncases: [{ case: y, steps: [{ reply: z }] }]'),
    ).to.deep.equal(['wrong-value:2:15']);
    expect(problemsOf('scenarios: x\n')).to.deep.equal(['missing-key:1:1']);
  });
});

describe('coverage', () => {
  it('counts steps and edges, silence and exhaustion among them, and names what is missing', async () => {
    const coverage = new Coverage();
    await play(step('reply: numbers', 'says: /Which/', "reply: '7'", 'says: Small.'), coverage);
    const { stops, edges } = coverage.of(NUMBERS);
    expect(edges.missing.map(({ title, line }) => `${line}: ${title}`)).to.deep.equal([
      '14: question: otherwise',
      '14: question: exhausted',
      '19: question: silence 1',
      '21: question: silence 2',
      '23: step-2: when vars.n > 10',
    ]);
    expect(edges.total).to.equal(8);
    expect(percentOf(edges)).to.equal(37);
    expect(stops.missing.length).to.be.greaterThan(0);
  });

  it('leaves out what leads on from where every way has gone elsewhere, but no step that nothing leads to', () => {
    const { stops } = new Coverage().of(
      machineOf(`
conversation: rounds
start: [{ match: rounds }]
steps:
  - repeat:
      most: 2
      steps:
        - say: A round.
          end: done
      exhausted: { end: never }
  - step: alone
    say: Nobody comes here.
failed:
  say: Sorry.
  end: failed
`),
    );
    const missing = stops.missing.map(({ line, state, op }) => `${line}: ${state} ${op}`);
    expect(missing).to.include('12: alone say');
    expect(missing).to.not.include('5: step-1 goto');
    expect(missing).to.not.include('13: failed fail');
  });

  it('is completed by generated scenarios, which then pass', async () => {
    const coverage = new Coverage();
    const { scenarios: first } = fileOf(step('reply: numbers'));
    const given = first[0]?.given;
    if (!given) throw new Error('no scenario');
    const sessions = generate({ machine: NUMBERS, machines: [NUMBERS], given, passed: coverage, seen: [] });
    const text = writeScenarios('numbers', sessions);
    const results = await play(text, coverage);
    expect(results.flatMap(({ failure }) => failure ?? [])).to.deep.equal([]);
    const { stops, edges } = coverage.of(NUMBERS);
    expect([stops.missing, edges.missing]).to.deep.equal([[], []]);
  });
});
