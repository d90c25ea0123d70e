import { actionLine } from '../scenario/transcript.ts';
import type { Dialogue } from './finding.ts';

/** A dialogue as its author reads it: what is done again and again is told once. */
export function dialogueLines({ actions }: Dialogue): readonly string[] {
  const lines: string[] = [];
  let times = 1;
  actions.map(actionLine).forEach((line, at, all) => {
    times = line === all[at - 1] ? times + 1 : 1;
    if (times > 1) lines.pop();
    lines.push(times > 1 ? `${line} (${times.toString()} times)` : line);
  });
  return lines;
}
