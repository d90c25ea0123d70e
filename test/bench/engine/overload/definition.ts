import { compileText } from '../../../../dsl/compile/compile.ts';
import type { Machine } from '../../../../dsl/machine/machine.ts';
import { ASKED } from './posting.ts';

/** One event of the customer's own makes one conversation, which says one thing and ends. */
const TEXT = `conversation: overload
about: Tells a contact about an event.

start:
  - event: ${ASKED}
    contact: event.data.contact
    again: restart

steps:
  - say: { text: { en: Something has happened. } }
    end: told
`;

export function overloadMachine(): Machine {
  const compiled = compileText(TEXT, { file: 'overload.yaml' });
  if ('machine' in compiled) return compiled.machine;
  const problems = compiled.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
  throw new Error(`the definition of the overload does not compile:\n${problems.join('\n')}`);
}
