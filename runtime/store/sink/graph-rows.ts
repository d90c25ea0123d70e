import type { Machine } from '../../../dsl/machine/machine.ts';
import { stateGraphOf } from '../../../dsl/state-graph/state-graph.ts';
import type { StateRow, TransitionRow } from '../rows.ts';

/** What all rows of one publication have in common. */
export interface Published {
  readonly tenant: string;
  readonly batch: number;
  /** RFC 3339. */
  readonly published: string;
}

export interface GraphRows {
  readonly states: readonly StateRow[];
  readonly transitions: readonly TransitionRow[];
}

/** A version's state graph, as analysis joins it with what happened. */
export function graphRows({ tenant, batch, published }: Published, machine: Machine): GraphRows {
  const own = { tenant, batch, published, definition: machine.name, machine: machine.hash };
  const { states, transitions } = stateGraphOf(machine);
  return {
    states: states.map(({ state, isFirst, waitsFor, longestWaitMs = null, outcomes }, index) => ({
      ...own,
      ...{ state, position: index + 1, is_first: isFirst ? 1 : 0, waits_for: waitsFor },
      ...{ longest_wait_ms: longestWaitMs, outcomes },
    })),
    transitions: transitions.map(({ from, to, reason }) => ({ ...own, from_state: from, to_state: to, reason })),
  };
}
