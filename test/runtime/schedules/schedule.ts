/** A definition with a schedule, for tests. */
import { compileText } from '../../../dsl/compile/compile.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';

/** `schedule`: as it stands in the file, one a line. */
export function scheduled(
  schedules: readonly string[] = ['{ at: "09:00", days: mon-fri, list: members }'],
  { name = 'renewals', zone = 'Europe/Berlin' }: { readonly name?: string; readonly zone?: string } = {},
): Machine {
  const text = [
    `conversation: ${name}`,
    `zone: ${zone}`,
    'start:',
    ...schedules.map((schedule) => `  - schedule: ${schedule}`),
    'inputs:',
    '  place: text',
    'steps:',
    '  - say: Stay at ${inputs.place}?',
    '',
  ].join('\n');
  const compiled = compileText(text, { file: `${name}.yaml` });
  if (!('machine' in compiled)) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.machine;
}
