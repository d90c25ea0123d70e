/** Whether a recorded session goes in virtual time as it did. */
import type { Machine } from '../../machine/machine.ts';
import { parseScenarios } from '../parse.ts';
import { runScenario, type Failure } from '../run.ts';
import { SimulatedStage } from '../simulated-stage.ts';
import { writeScenarios, type Session } from '../write.ts';

/** Undefined where it does. Of the text that is written, so that what it loses is seen. */
export async function failureOf(
  about: string,
  session: Session,
  machines: readonly Machine[],
): Promise<(Pick<Failure, 'line' | 'message'> & Partial<Failure>) | undefined> {
  const parsed = parseScenarios(writeScenarios(about, [session]), { file: 'recorded' });
  if ('diagnostics' in parsed) {
    const [first] = parsed.diagnostics;
    return { line: first?.line ?? 1, message: first?.message ?? 'it is no scenario' };
  }
  for (const scenario of parsed.file.scenarios) {
    const open = () => Promise.resolve(SimulatedStage.open(machines, scenario.given));
    const { failure } = await runScenario(open, parsed.file, scenario);
    if (failure) return failure;
  }
  return undefined;
}
