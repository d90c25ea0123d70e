import { expect } from 'chai';
import { compileText } from '../../dsl/compile/compile.ts';
import { Folder, type Judged } from './judge.ts';
import { MUTATORS, mutantsOf } from './mutators.ts';
import { percentOf, scoreOf, scoreTable } from './score.ts';

const DEFINITION = `conversation: small
start: [{ match: hi }]
vars: { n: integer }
steps:
  # How many are there?
  - step: question
    ask: How many?
    into: n
    within: 1h
    replies:
      - otherwise: { again: 2, exhausted: { goto: bye } }
    silence: [{ end: silent }]
  - branch:
      - when: vars.n > 10
        say: \${vars.n} are many.
        goto: question
      - otherwise: next
  - step: bye
    say: Bye.
`;

const mutantsBy = (mutator: string) => mutantsOf(DEFINITION).filter((mutant) => mutant.mutator === mutator);

/** Of each mutator, spread over all definitions: `npm run mutation` tries them all. */
const SAMPLE = 4;
/** What is caught at least, in per cent; the score of all is in docs/testing.md. */
const FLOOR = 75;
/** Where a change may leave what it does the same, or few scenarios look. */
const FLOORS: Readonly<Record<string, number>> = {
  'drop a placeholder': 50,
  'move a bound': 50,
  'drop a rule of sending': 60,
  'change a duration': 60,
  'drop an action': 65,
  'drop a condition on an event': 60,
};

describe('a fault that is put into a definition', () => {
  it('stands in one place, whose line is told, and leaves the rest as it was written', () => {
    const [mutant, ...others] = mutantsBy('drop a variable');
    expect(others).to.deep.equal([]);
    expect(mutant).to.include({ line: 8, place: 'steps.0.into' });
    const lines = (text: string) => text.replaceAll(/[ [\]]/g, '').split('\n');
    expect(lines(mutant?.text ?? '')).to.deep.equal(lines(DEFINITION).filter((line) => line !== 'into:n'));
  });

  it('is of many kinds', () => {
    const placesBy = (mutator: string) => mutantsBy(mutator).map(({ line, place }) => `${line.toString()}: ${place}`);
    expect(placesBy('redirect a goto')).to.deep.equal([
      '11: steps.0.replies.0.otherwise.exhausted.goto → next',
      '11: steps.0.replies.0.otherwise.exhausted.goto → question',
      '16: steps.1.branch.0.goto → bye',
      '16: steps.1.branch.0.goto → next',
    ]);
    expect(placesBy('remove a time-out')).to.deep.equal(['9: steps.0.within', '12: steps.0.silence']);
    expect(placesBy('drop an otherwise')).to.have.length(2);
    expect(placesBy('move a bound')).to.deep.equal(['14: steps.1.branch.0.when → vars.n >= 10']);
    expect(placesBy('drop a placeholder')).to.deep.equal(['15: steps.1.branch.0.say → without ${vars.n}']);
  });

  it('can be put into it although it is sound before', () => {
    expect(compileText(DEFINITION, { file: 'small.yaml' })).to.include.keys('machine');
  });
});

describe('faults in the shipped conversations', () => {
  const judged = new Map<string, Judged[]>();

  before(async function () {
    this.timeout(120_000); // It takes 10 s where nothing else runs.
    const folders = await Folder.openAll(['conversations']);
    const all = folders.flatMap((folder) => folder.mutants().map((mutant) => ({ folder, mutant })));
    for (const mutator of Object.keys(MUTATORS)) {
      const own = all.filter(({ mutant }) => mutant.mutator === mutator);
      const stride = Math.max(1, Math.ceil(own.length / SAMPLE));
      const sample = own.filter((_, index) => index % stride === 0);
      judged.set(mutator, await Promise.all(sample.map(({ folder, mutant }) => folder.judge(mutant))));
    }
  });

  for (const mutator of Object.keys(MUTATORS)) {
    it(`are noticed by the checker, the prover or a scenario: ${mutator}`, () => {
      const sample = judged.get(mutator) ?? [];
      expect(sample, 'places that it finds').to.not.have.length(0);
      const caught = percentOf(scoreOf(mutator, sample));
      expect(caught, scoreTable(sample)).to.be.at.least(FLOORS[mutator] ?? FLOOR);
    });
  }
});
