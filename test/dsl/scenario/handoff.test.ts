import { expect } from 'chai';
import { Coverage, percentOf } from '../../../dsl/scenario/coverage.ts';
import { parseScenarios } from '../../../dsl/scenario/parse.ts';
import { runScenario } from '../../../dsl/scenario/run.ts';
import { SimulatedStage } from '../../../dsl/scenario/simulated-stage.ts';
import { machineOf } from '../given-when-then.ts';

const machine = machineOf(`
conversation: help
start:
  - match: help me
steps:
  - handoff: front-desk
    within: 30m
    returned: { end: handled }
    nobody: { end: unhandled }
`);

const SCENARIOS = `
scenarios: help
cases:
  - case: somebody takes care
    steps:
      - reply: help me
      - happens: { type: conversation.handed-off, data: { queue: front-desk } }
      - agent: { name: lee }
      - advance: 1h
      - reply: are you there?
      - agent: { name: lee, reply: Yes. }
      - says: Yes.
      - agent: { returned: returned }
      - ends: handled
  - case: nobody is there
    steps:
      - reply: help me
      - advance: 30m
      - ends: unhandled
`;

describe('a hand-off in a scenario', () => {
  it('has an agent, and all its ways can be covered', async () => {
    const parsed = parseScenarios(SCENARIOS, { file: 'help.test.yaml' });
    if (!('file' in parsed)) throw new Error(JSON.stringify(parsed.diagnostics));
    const coverage = new Coverage();
    for (const scenario of parsed.file.scenarios) {
      const result = await runScenario(
        (given) => Promise.resolve(SimulatedStage.open([machine], given, coverage.trace)),
        parsed.file,
        scenario,
      );
      expect(result.failure, scenario.title).to.equal(undefined);
    }
    expect(percentOf(coverage.of(machine).edges)).to.equal(100);
  });
});
