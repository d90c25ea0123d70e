/** Events of its own that start the conversation again, or that it waits for, with no person and no delay in between. */
import type { Machine } from '../machine/machine.ts';
import { befalling, rings, type Link } from './chains.ts';
import type { Finding } from './finding.ts';
import type { MachineGraph } from './graph.ts';

export function startsItself(machine: Machine, graph: MachineGraph): readonly Finding[] {
  return rings([{ machine, graph }]).flat().map(findingOf);
}

/** What is read of the event may stop it: a dialogue tells. */
function findingOf({ emit: { flow, line, column, type }, how, after }: Link): Finding {
  const again =
    how === 'start'
      ? `starts this conversation again${after === 'expired' ? '' : ' at once'}`
      : 'is what this conversation waits for itself';
  return {
    code: 'starts-itself',
    severity: 'warning',
    flow,
    line,
    column,
    message: `"${type}"${befalling(after)} ${again}, which may go on without end`,
    expected: 'another type, a "when" that tells the two apart, or a wait for the person before it',
    worst: { sees: 'endless' },
  };
}
