/** What a definition's own file declares and nothing in it uses. It is no part of the machine. */
import { hasErrors } from '../diagnostics/diagnostic.ts';
import type { Flow } from '../machine/flow.ts';
import type { Start } from '../machine/starts.ts';
import type { Compilation } from './compilation.ts';
import { compileUnfetched } from './data-sources.ts';
import { compileUnusedTexts } from './messages.ts';
import { reportUnusedValues } from './unused-values.ts';

/** `called`: flows of the machine. All of it is checked; files that are shared hold what others use. */
export function checkUnused(c: Compilation, called: Readonly<Record<string, Flow>>, starts: readonly Start[]): void {
  const { snippets = {}, data = {}, texts = {} } = c.source;
  const uncalled = Object.keys(snippets).filter((name) => !Object.hasOwn(called, name));
  for (const name of uncalled) c.flows.callee(c.unit, name);
  const unfetched = compileUnfetched(c);
  const unsaid = compileUnusedTexts(c);
  if (hasErrors(c.units.diagnostics)) return;
  reportUnusedValues(c, called, starts);
  if (!c.unit.isDefinition) return;
  for (const name of uncalled) tell(c, snippets, name, `nothing calls the snippet "${name}"`);
  for (const name of unfetched) tell(c, data, name, `nothing fetches from the data source "${name}"`);
  for (const name of unsaid) tell(c, texts, name, `nothing says the text "${name}"`);
}

function tell(c: Compilation, container: object, name: string, message: string): void {
  c.report.add('never-used', c.tree.keyRange(container, name), message);
}
