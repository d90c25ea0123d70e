/** Definitions that start one another without end, told at each of them. */
import type { Report } from '../diagnostics/diagnostic.ts';
import type { Machine } from '../machine/machine.ts';
import { befalling } from '../prove/chains.ts';
import { dialogueLines } from '../prove/dialogue-lines.ts';
import type { Ring } from '../prove/start-each-other.ts';

export function reportRings(report: Report, machine: Machine, found: readonly Ring[]): void {
  for (const { links, dialogue } of found) {
    const link = links.find(({ by }) => by === machine);
    if (!link) continue;
    const { emit, to, how, after } = link;
    const [start] = machine.starts;
    // What is imported stands elsewhere.
    const { line, column } = machine.flows[emit.flow]?.file === undefined ? emit : (start ?? { line: 1, column: 1 });
    const at = report.source.lineStart(line) + column - 1;
    const reaches = how === 'start' ? `starts ${to.name}` : `is what ${to.name} waits for`;
    const others = links.map(({ by }) => by.name).filter((name) => name !== machine.name);
    const message = `"${emit.type}"${befalling(after)} ${reaches}, and what follows comes back here (by way of ${others.join(', ')})${dialogue ? ', without end' : ', which may go on without end'}`;
    report.add('starts-each-other', { start: at, end: at + 1 }, message, {
      expected: 'another type on the way back, a "when" that tells the two apart, or a wait for the person in between',
      ...(dialogue ? { severity: 'error', dialogue: dialogueLines(dialogue) } : {}),
    });
  }
}
