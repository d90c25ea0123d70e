/**
 * A machine as a configuration of XState 5: plain JSON that `createMachine` takes. A node is a state, a question one with
 * a state per stage of silence, a call the flow that is called, in place. What decides and what acts have names and
 * parameters, and whoever runs the machine implements them; see "XState" in docs/authoring.md.
 */
import type { JsonObject } from '../../json.ts';
import type { Flow } from '../../machine/flow.ts';
import { MAIN, flowOf, type Machine } from '../../machine/machine.ts';
import type { CallNode, Node, Target } from '../../machine/nodes.ts';
import { interruptsOf } from './happenings.ts';
import { CONVERSATION, FAILED, go, named, outcomeId, type Place } from './place.ts';
import { plainState } from './plain.ts';
import { questionState } from './question.ts';

/** Where it was before an interrupt. */
const LATEST = { type: 'history', history: 'deep' };
/** The states of an exported machine that more calls than this would make are drawings of nobody. */
const MAX_STATES = 20_000;

/** Throws RangeError where calls within calls make more states than anything could draw. */
export function xstateOf(machine: Machine): JsonObject {
  return new Export(machine).config();
}

class Export {
  private readonly machine: Machine;
  private states = 0;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  config(): JsonObject {
    const { machine } = this;
    const flow = flowOf(machine, MAIN);
    const main: Place = { name: MAIN, flow, prefix: '' };
    const { failed, expired } = flow;
    const happenings = {
      ...interruptsOf(main),
      ...(failed === undefined ? {} : { failure: go(main, failed) }),
      ...(expired === undefined ? {} : { expiry: go(main, expired) }),
    };
    return {
      id: machine.name,
      ...(machine.about === undefined ? {} : { description: machine.about }),
      initial: CONVERSATION,
      meta: { definition: machine.name, version: machine.version, lifetimeMs: machine.lifetimeMs },
      states: {
        [CONVERSATION]: {
          id: CONVERSATION,
          initial: 'n0',
          states: { ...this.flow(main), latest: LATEST },
          ...(Object.keys(happenings).length === 0 ? {} : { on: happenings }),
        },
        ...Object.fromEntries(
          endingsOf(flow).map((outcome) => [
            outcomeId(outcome),
            { id: outcomeId(outcome), type: 'final', description: outcome, output: { outcome } },
          ]),
        ),
      },
    };
  }

  private flow(place: Place): JsonObject {
    const { nodes } = place.flow;
    this.states += nodes.length;
    if (this.states > MAX_STATES) throw new RangeError(`"${this.machine.name}" makes more than ${MAX_STATES} states`);
    return Object.fromEntries(nodes.map((node, index) => [`n${index}`, this.state(place, node, index)]));
  }

  private state(place: Place, node: Node, index: Target): JsonObject {
    const meta = { step: node.state, flow: place.name, node: index };
    if (node.op === 'ask') return questionState(place, node, index, meta);
    if (node.op === 'call') return this.call(place, node, index, meta);
    return { ...named(place, index), description: node.state, meta, ...plainState(place, node, index) };
  }

  /** The flow that is called stands inside; its ends lead to where the outcome leads. */
  private call(place: Place, node: Node & CallNode, index: Target, meta: JsonObject): JsonObject {
    const flow = flowOf(this.machine, node.flow);
    const prefix = `${place.prefix}n${index}.`;
    const inner: Place = { name: node.flow, flow, prefix, call: { node, from: place } };
    return {
      ...named(place, index),
      description: `${node.state}: calls ${node.flow}`,
      initial: 'called',
      states: {
        called: {
          meta,
          always: { target: 'n0', actions: [{ type: 'call', params: { flow: node.flow, with: node.with } }] },
        },
        ...this.flow(inner),
        latest: LATEST,
      },
      ...(flow.interrupts.length === 0 ? {} : { on: interruptsOf(inner) }),
    };
  }
}

/** How the conversation may end: by its outcomes, and as failed after its last words. */
function endingsOf({ nodes, failed, expired }: Flow): readonly string[] {
  const outcomes = new Set(nodes.flatMap((node) => (node.op === 'end' ? [node.outcome] : [])));
  return [...outcomes, ...(failed === undefined && expired === undefined ? [] : [FAILED])];
}
