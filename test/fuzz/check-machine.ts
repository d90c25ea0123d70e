/** What tools make of a machine, however odd its definition is. */
import { expect } from 'chai';
import { costOfDefinition } from '../../dsl/cost/cost.ts';
import { diagramOf } from '../../dsl/diagram/graph.ts';
import { mermaidOf } from '../../dsl/diagram/mermaid.ts';
import { svgOf } from '../../dsl/diagram/svg.ts';
import { xstateOf } from '../../dsl/diagram/xstate/xstate.ts';
import { changesBetween } from '../../dsl/diff/changes.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { shipped } from '../dsl/conversations/shipped.ts';

const OTHER = shipped('appointment-reminder');

/** Each says something, and throws nothing. */
export function checkMachine(machine: Machine): void {
  expect(costOfDefinition(machine).ways).to.be.an('array');
  const diagram = diagramOf(machine);
  expect(mermaidOf(diagram)).not.to.equal('');
  expect(svgOf(diagram)).to.match(/<\/svg>\s*$/);
  expect(JSON.stringify(xstateOf(machine))).not.to.equal('{}');
  expect(changesBetween(machine, machine)).to.deep.equal([]);
  expect(changesBetween(OTHER, machine)).to.be.an('array');
  expect(changesBetween(machine, OTHER)).to.be.an('array');
}
