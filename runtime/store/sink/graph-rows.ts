import { MACHINE_FORMAT, type Machine } from '../../../dsl/machine/machine.ts';
import { stateGraphOf, type StateGraph } from '../../../dsl/state-graph/state-graph.ts';
import type { Publication } from '../../definitions/publication.ts';
import type { DefinitionRow, StateRow, TransitionRow } from '../rows.ts';

/** What all rows of one publication have in common. */
type Published = Pick<DefinitionRow, 'tenant' | 'batch' | 'published'>;

/** As much of a publication's row as its graph is made of. */
export type GraphSource = Published & Pick<DefinitionRow, 'payload'>;

export interface GraphRows {
  readonly states: readonly StateRow[];
  readonly transitions: readonly TransitionRow[];
}

/** The state graphs of the versions among publications, as they stand in their rows. */
export function graphsOf(definitions: readonly GraphSource[]): GraphRows {
  const graphs = definitions.flatMap((row) =>
    (JSON.parse(row.payload) as Publication[]).flatMap((publication) =>
      publication.kind === 'version' ? [graphRows(row, publication.machine)] : [],
    ),
  );
  return {
    states: graphs.flatMap(({ states }) => states),
    transitions: graphs.flatMap(({ transitions }) => transitions),
  };
}

/** A version's state graph, as analysis joins it with what happened. */
export function graphRows({ tenant, batch, published }: Published, machine: Machine): GraphRows {
  const own = { tenant, batch, published, definition: machine.name, machine: machine.hash };
  const { states, transitions } = readable(machine);
  return {
    states: states.map(({ state, isFirst, waitsFor, longestWaitMs = null, outcomes }, index) => ({
      ...own,
      ...{ state, position: index + 1, is_first: isFirst ? 1 : 0, waits_for: waitsFor },
      ...{ longest_wait_ms: longestWaitMs, outcomes },
    })),
    transitions: transitions.map(({ from, to, reason }) => ({ ...own, from_state: from, to_state: to, reason })),
  };
}

const NO_GRAPH: StateGraph = { states: [], transitions: [] };

/** None of a machine of another format, or of what is no machine: what can not be analysed must not hold anything up. */
function readable(machine: Machine): StateGraph {
  const { format }: { readonly format: number } = machine;
  if (format !== MACHINE_FORMAT) return NO_GRAPH;
  try {
    return stateGraphOf(machine);
  } catch {
    return NO_GRAPH;
  }
}
