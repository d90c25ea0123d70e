import type { Diagnostic } from '../../dsl/diagnostics/diagnostic.ts';
import type { Publisher } from '../events/publisher.ts';
import type { DefinitionSource } from '../project/check-definitions.ts';

/** Problems that a `definition.rejected` carries: more come from one cause, and an event holds 256 KiB. */
const MAX_PROBLEMS = 100;

/** States on the channel `definitions` what does not compile, of each file that says which definition it is. */
export async function stateRejections(
  publisher: Pick<Publisher, 'publish'>,
  sources: readonly DefinitionSource[],
  diagnostics: readonly Diagnostic[],
): Promise<void> {
  for (const { file, text } of sources) {
    const definition = /^conversation:\s*["']?([a-z][a-z0-9-]*)/m.exec(text)?.[1];
    const problems = diagnostics
      .filter((one) => one.file === file && one.severity === 'error')
      .slice(0, MAX_PROBLEMS)
      .map(({ code, message, line, column }) => ({ code, message, line, column }));
    if (definition === undefined || problems.length === 0) continue;
    const data = { definition, problems };
    await publisher.publish('definitions', { type: 'definition.rejected', data, partitionkey: definition });
  }
}
