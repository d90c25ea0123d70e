import type { Machine } from '../../../dsl/machine/machine.ts';
import type { Node } from '../../../dsl/machine/nodes.ts';

/** As a compiler with a bug would make it: the reply `bad` leads outside the machine. What its hash says stays. */
export function withBrokenReply(machine: Machine): Machine {
  const broken = (node: Node): Node => {
    if (node.op !== 'ask') return node;
    const [locale = {}] = Object.values(node.words);
    const at = locale['bad'];
    return { ...node, replies: node.replies.map((reply, index) => (index === at ? { ...reply, to: 999 } : reply)) };
  };
  const flows = Object.entries(machine.flows).map(([name, flow]) => [name, { ...flow, nodes: flow.nodes.map(broken) }]);
  return { ...machine, flows: Object.fromEntries(flows) as Machine['flows'] };
}
