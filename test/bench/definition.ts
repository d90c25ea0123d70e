import { compileText } from '../../dsl/compile/compile.ts';
import type { Machine } from '../../dsl/machine/machine.ts';

/** What every contact writes: it starts the conversation, and is the reply to each of its questions. */
export const WORD = 'go on';

/**
 * Each message in makes one message out, for ever: a question after each reply, and after the last round a farewell, so
 * that the next message starts anew (the language ends a conversation that asks the same thing 100 times).
 */
const TEXT = `conversation: bench
about: Asks whether to go on, 50 times, then says goodbye.

start:
  - match: { en: [${WORD}] }

vars:
  round: { type: integer, default: 1 }

steps:
  - step: question
    ask:
      text: { en: "Round \${vars.round}: shall we go on?" }
    within: 1d
    replies:
      - match: { en: [${WORD}] }
        goto: count
      - otherwise:
          say: { text: { en: "Please reply: ${WORD}." } }
          again: 2
          exhausted: { end: not-understood }
    silence:
      - end: no-answer

  - step: count
    set: { round: "\${vars.round + 1}" }
  - branch:
      - when: vars.round <= 50
        goto: question
      - otherwise: next
  - say: { text: { en: Goodbye. } }
    end: done
`;

export function benchMachine(): Machine {
  const compiled = compileText(TEXT, { file: 'bench.yaml' });
  if ('machine' in compiled) return compiled.machine;
  const problems = compiled.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
  throw new Error(`the bench's own definition does not compile:\n${problems.join('\n')}`);
}
