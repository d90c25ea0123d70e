/** `anytime` where the flow never waits: nothing can interrupt it. */
import type { Machine } from '../machine/machine.ts';
import type { Position } from '../machine/position.ts';
import type { Finding } from './finding.ts';
import type { MachineGraph } from './graph.ts';

export function unreachableInterrupts(machine: Machine, graph: MachineGraph): readonly Finding[] {
  return Object.entries(machine.flows).flatMap(([name, { interrupts, interruptWords }]) => {
    if (graph.get(name)?.canWait !== false) {
      const understood = new Set(Object.values(interruptWords).flatMap((words) => Object.values(words)));
      return interrupts
        .filter(({ on }, index) => !on && !understood.has(index))
        .map((one) => told(name, one, 'no word of it is left'));
    }
    return interrupts.map((one) => told(name, one, 'the conversation never waits here, so nobody can interrupt it'));
  });
}

function told(flow: string, { line, column }: Position, message: string): Finding {
  return { code: 'interrupt-unreachable', flow, line, column, message };
}
