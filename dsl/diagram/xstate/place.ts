/** Where states stand in an exported machine, and how transitions find them. */
import type { JsonObject } from '../../json.ts';
import type { Flow } from '../../machine/flow.ts';
import type { CallNode, Target } from '../../machine/nodes.ts';

export const CONVERSATION = 'conversation';
/** Of a conversation that ends so after its last words. */
export const FAILED = 'failed';

/** Where an inlined flow stands. */
export interface Place {
  readonly name: string;
  readonly flow: Flow;
  readonly prefix: string;
  /** What its ends lead to. */
  readonly call?: { readonly node: CallNode; readonly from: Place };
}

/** Always leaves and enters again: a step that leads to itself begins anew. */
export function go({ prefix }: Place, to: Target, ...actions: readonly JsonObject[]): JsonObject {
  return { target: `#${prefix}n${to}`, reenter: true, ...(actions.length === 0 ? {} : { actions }) };
}

/** Only states of the conversation itself need an id; what a call holds is found below it. */
export function named(place: Place, index: Target): JsonObject {
  return place.call ? {} : { id: idOf(place, index) };
}

export function idOf({ prefix }: Place, index: Target): string {
  return `${prefix}n${index}`;
}

/** Ids are paths: dots of the author's would be steps down. */
export function outcomeId(outcome: string): string {
  return `end ${outcome.replaceAll('.', '·')}`;
}
