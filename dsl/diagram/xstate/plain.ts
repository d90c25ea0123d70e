/** What a state does and where it leads, for nodes that are neither a question nor a call. */
import type { JsonObject } from '../../json.ts';
import type { Node, Target } from '../../machine/nodes.ts';
import { awaitedBy } from './happenings.ts';
import { CONVERSATION, FAILED, go, outcomeId, type Place } from './place.ts';
import { askedAt, sayOf, waitingAt } from './question.ts';

export function plainState(place: Place, node: Exclude<Node, { op: 'ask' | 'call' }>, index: Target): JsonObject {
  const next = go(place, index + 1);
  switch (node.op) {
    case 'say':
      return { entry: [{ type: 'say', params: sayOf(node) }], always: next };
    case 'repeat':
      return { entry: [{ type: 'say', params: askedAt(place, node.ask) }], always: next };
    case 'set':
      return { entry: [{ type: 'set', params: { values: node.values } }], always: next };
    case 'update':
      return { entry: [{ type: 'update', params: { attributes: node.attributes } }], always: next };
    case 'emit':
      return { entry: [{ type: 'emit', params: { type: node.type, data: node.data } }], always: next };
    case 'goto':
      return { always: go(place, node.to) };
    case 'wait-again':
      return { always: { target: `#${waitingAt(place, node, index)}`, reenter: true } };
    case 'delay':
      return { after: { [node.forMs ?? `until ${node.until ?? JSON.stringify(node.at)}`]: next } };
    case 'listen': {
      const goOn = (to: Target, event: number): JsonObject =>
        node.done === undefined ? go(place, to) : go(place, to, { type: 'came', params: { listen: index, event } });
      return {
        on: awaitedBy(node.events.map((event, at) => ({ event, to: goOn(event.to, at) }))),
        after: { [node.withinMs]: go(place, node.silence) },
      };
    }
    case 'await-rest':
      return {
        always: [
          {
            guard: { type: 'allCame', params: { listen: node.listen } },
            ...go(place, doneAt(place, node.listen)),
          },
          go(place, node.listen),
        ],
      };
    case 'branch':
      return {
        always: [
          ...node.cases.map(({ when, to }) => ({ guard: expression(when), ...go(place, to) })),
          go(place, node.otherwise),
        ],
      };
    case 'split':
      return {
        always: node.shares.map(({ to }, at) => ({
          guard: { type: 'share', params: { at, of: node.shares.map(({ share }) => share), step: node.state } },
          ...go(place, to),
        })),
      };
    case 'begin-loop':
      return { entry: [{ type: 'beginRounds', params: { loop: index + 1 } }], always: next };
    case 'loop':
      return {
        always: [
          ...(node.while === undefined ? [] : [{ guard: negated(node.while), ...go(place, node.done) }]),
          {
            guard: { type: 'roundsLeft', params: { loop: index, most: node.most } },
            ...go(place, index + 1, { type: 'beginRound', params: { loop: index } }),
          },
          go(place, node.exhausted),
        ],
      };
    case 'end':
      return { always: ending(place, node.outcome) };
    case 'resume':
      return { always: { target: `#${place.prefix === '' ? `${CONVERSATION}.` : place.prefix}latest` } };
    case 'restart':
      return { always: go(place, 0, { type: 'restart' }) };
    case 'fail':
      return { always: { target: `#${outcomeId(FAILED)}` } };
    case 'leave':
      return { always: next };
    case 'fetch':
      return {
        entry: [{ type: 'fetch', params: { source: node.source, with: node.with } }],
        on: {
          received: go(place, index + 1, { type: 'received', params: { source: node.source } }),
          failed: go(place, node.failed),
        },
      };
    case 'handoff':
      return {
        entry: [{ type: 'handOff', params: { queue: node.queue } }],
        on: { returned: go(place, node.returned), nobody: go(place, node.nobody) },
        ...(node.withinMs === undefined ? {} : { after: { [node.withinMs]: go(place, node.nobody) } }),
      };
  }
}

function ending({ call, name, flow }: Place, outcome: string): JsonObject {
  if (!call) return { target: `#${outcomeId(outcome)}` };
  const to = call.node.outcomes[outcome] ?? call.node.otherwise ?? 0;
  return go(call.from, to, { type: 'return', params: { flow: name, returns: flow.returns } });
}

function doneAt({ flow }: Place, index: Target): Target {
  const node = flow.nodes[index];
  return node?.op === 'listen' ? (node.done ?? index) : index;
}

function expression(cel: string): JsonObject {
  return { type: 'expression', params: { cel } };
}

function negated(cel: string): JsonObject {
  return { type: 'expression', params: { cel, not: true } };
}
