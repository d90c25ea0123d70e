import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { Coverage } from '../../../dsl/scenario/coverage.ts';
import { generate } from '../../../dsl/scenario/generate.ts';
import { parseScenarios } from '../../../dsl/scenario/parse.ts';
import { runScenario } from '../../../dsl/scenario/run.ts';
import type { Given } from '../../../dsl/scenario/scenario.ts';
import { SimulatedStage } from '../../../dsl/scenario/simulated-stage.ts';
import { writeScenarios } from '../../../dsl/scenario/write.ts';
import { machineOf } from '../given-when-then.ts';

const SHIPPING = machineOf(readFileSync('docs/examples/listen/listen.yaml', 'utf8'));

const fileOf = (text: string) => {
  const parsed = parseScenarios(text, { file: 'shipping.test.yaml' });
  if ('diagnostics' in parsed) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.file;
};

describe('events that a conversation waits for, in scenarios', () => {
  it('are made up where no scenario has them, with the values and what is read of them', async () => {
    const [first] = fileOf(
      'scenarios: shipping\ngiven: { contact: { webchat: ana } }\ncases: [{ case: none, steps: [{ reply: hi }] }]\n',
    ).scenarios;
    if (!first) throw new Error('no scenario');
    const sessions = generate({
      machine: SHIPPING,
      machines: [SHIPPING],
      given: first.given,
      passed: new Coverage(),
      seen: [],
    });
    const coverage = new Coverage();
    const file = fileOf(writeScenarios('shipping', sessions));
    const open = (given: Given) => Promise.resolve(SimulatedStage.open([SHIPPING], given, coverage.trace));
    for (const scenario of file.scenarios)
      expect((await runScenario(open, file, scenario)).failure).to.equal(undefined);
    const { stops, edges } = coverage.of(SHIPPING);
    expect([stops.missing, edges.missing]).to.deep.equal([[], []]);
  });
});
