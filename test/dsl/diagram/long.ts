/** A definition of 30 steps with everything that makes a diagram hard to read: ways back, far jumps, long texts. */
import type { Machine } from '../../../dsl/machine/machine.ts';
import { machineOf } from '../given-when-then.ts';

export const STEPS = 30;

export function longMachine(): Machine {
  return machineOf(longDefinition());
}

export function longDefinition(): string {
  const steps = Array.from({ length: STEPS }, (_, index) => {
    const far = `step-${((index * 7 + 11) % STEPS).toString()}`;
    const step = `  - step: step-${index.toString()}\n`;
    const text = `"Question ${index.toString()}: is everything as <you> & yours expected it to be this time? \${vars.n}"`;
    if (index % 5 === 4)
      return `${step}    branch:\n      - { when: vars.n > ${index.toString()}, goto: ${far} }\n      - otherwise: next\n`;
    if (index % 5 === 3)
      return `${step}    delay: { for: ${(index + 1).toString()}h }\n    say: "Time has passed, and it is {not} [yet] over"\n`;
    return [
      `${step}    ask: ${text}`,
      '    within: 2h',
      '    replies:',
      '      - { match: [yes please, sure, of course], goto: next }',
      `      - { match: [never, not now], goto: ${far} }`,
      '      - otherwise: { again: 2, exhausted: { end: lost } }',
      '    silence:',
      '      - { say: Still there?, within: 1h }',
      '      - end: silent\n',
    ].join('\n');
  });
  return `conversation: long\nstart: [{ match: begin }]\nvars: { n: { type: integer, default: 0 } }\nsteps:\n${steps.join('')}anytime:\n  - { match: directions, say: 12 Main St, then: resume }\n`;
}
