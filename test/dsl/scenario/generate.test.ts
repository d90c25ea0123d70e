import { expect } from 'chai';
import { Coverage, percentOf } from '../../../dsl/scenario/coverage.ts';
import { generate } from '../../../dsl/scenario/generate.ts';
import { NOTHING_GIVEN } from '../../../dsl/scenario/given.ts';
import { parseScenarios } from '../../../dsl/scenario/parse.ts';
import { runScenario } from '../../../dsl/scenario/run.ts';
import type { Given } from '../../../dsl/scenario/scenario.ts';
import { SimulatedStage } from '../../../dsl/scenario/simulated-stage.ts';
import { writeScenarios } from '../../../dsl/scenario/write.ts';
import { allShipped } from '../conversations/shipped.ts';

describe('scenarios that are generated with nothing to begin from', function () {
  this.timeout(60_000);
  for (const machine of allShipped()) {
    it(`pass, and cover ${machine.name} for the most part`, async () => {
      const machines = [machine];
      const sessions = generate({ machine, machines, given: NOTHING_GIVEN, passed: new Coverage(), seen: [] });
      const parsed = parseScenarios(writeScenarios(machine.name, sessions), { file: 'generated.test.yaml' });
      if ('diagnostics' in parsed) throw new Error(JSON.stringify(parsed.diagnostics[0]));
      const coverage = new Coverage();
      const open = (given: Given) => Promise.resolve(SimulatedStage.open(machines, given, coverage.trace));
      for (const scenario of parsed.file.scenarios)
        expect((await runScenario(open, parsed.file, scenario)).failure, scenario.title).to.equal(undefined);
      const { edges } = coverage.of(machine);
      expect(percentOf(edges)).to.be.at.least(80);
    });
  }
});
