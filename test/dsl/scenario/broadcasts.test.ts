import { expect } from 'chai';
import { parseScenarios } from '../../../dsl/scenario/parse.ts';
import { runScenario } from '../../../dsl/scenario/run.ts';
import { SimulatedStage } from '../../../dsl/scenario/simulated-stage.ts';
import { machineOf } from '../given-when-then.ts';

const machine = machineOf(`
conversation: flu-shot
start:
  - broadcast: true
inputs:
  place: text
steps:
  - say: Come to \${inputs.place}.
`);

const SCENARIOS = `
scenarios: flu-shot
cases:
  - case: one of many
    steps:
      - broadcast: { inputs: { place: Main St } }
      - says: Come to Main St.
      - ends: completed
  - case: a line of the list that does not fit
    steps:
      - broadcast: {}
      - happens: { type: broadcast.recipient-skipped, data: { reason: inputs.place is missing } }
`;

describe('a broadcast in a scenario', () => {
  it('reaches the person through the router, as on the platform', async () => {
    const parsed = parseScenarios(SCENARIOS, { file: 'flu-shot.test.yaml' });
    if (!('file' in parsed)) throw new Error(JSON.stringify(parsed.diagnostics));
    const { file } = parsed;
    for (const scenario of file.scenarios) {
      const result = await runScenario(
        (given) => Promise.resolve(SimulatedStage.open([machine], given)),
        file,
        scenario,
      );
      expect(result.failure, scenario.title).to.equal(undefined);
    }
  });
});
