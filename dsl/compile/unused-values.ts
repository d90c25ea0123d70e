/**
 * Inputs and variables that a flow declares for nothing. A value that is set or captured counts as used, for scenarios
 * and people who look at a conversation see it; so does an input that a start gives, for `conversation.started` tells it.
 */
import { everyUseOf, usesInRequest } from '../check/assignment/uses.ts';
import { childrenOf, pathOf } from '../expression/inspect.ts';
import { parseExpression } from '../expression/parse.ts';
import type { Expression } from '../machine/expressions.ts';
import type { Flow } from '../machine/flow.ts';
import { MAIN } from '../machine/machine.ts';
import type { Start } from '../machine/starts.ts';
import type { Compilation } from './compilation.ts';

type Values = 'inputs' | 'vars';

/** `flows` of the machine; others of the file are compiled already. Nothing is wrong in them. */
export function reportUnusedValues(
  c: Compilation,
  flows: Readonly<Record<string, Flow>>,
  starts: readonly Start[],
): void {
  const main = flows[MAIN];
  const own = Object.entries(c.source.snippets ?? {}).flatMap(([name, body]) => {
    const callee = c.flows.callee(c.unit, name);
    return typeof callee === 'string' ? [] : [{ body, flow: callee.flow }];
  });
  for (const { body, flow } of main ? [{ body: c.source, flow: main }, ...own] : own) {
    const uses = everyUseOf(flow);
    const isSet = new Set(flow.nodes.flatMap(namesSetBy));
    const given = flow === main ? givenBy(starts, flow) : new Set<string>();
    const inputs = Object.keys(flow.inputs).filter((name) => !given.has(name));
    const vars = Object.keys(flow.vars).filter((name) => !isSet.has(name) && !flow.returns.includes(name));
    for (const name of unread(c, 'inputs', inputs, uses)) tell(c, body.inputs, name, 'nothing reads the input');
    for (const name of unread(c, 'vars', vars, uses)) tell(c, body.vars, name, 'nothing sets or reads the variable');
    for (const [name, source] of Object.entries(flow.sources)) {
      const declared = c.source.data?.[name];
      if (!declared || !source.inputs) continue;
      for (const input of unread(c, 'inputs', Object.keys(source.inputs), usesInRequest(source)))
        tell(c, declared.inputs, input, `nothing in the data source "${name}" reads the input`);
    }
  }
}

function tell(c: Compilation, declared: object | undefined, name: string, problem: string): void {
  if (declared) c.report.add('never-used', c.tree.keyRange(declared, name), `${problem} "${name}"`);
}

function namesSetBy(node: Flow['nodes'][number]): readonly string[] {
  if (node.op === 'set') return Object.keys(node.values);
  return node.op === 'ask' && node.into !== undefined ? [node.into] : [];
}

/** A broadcast gives whatever columns its file or list has. */
function givenBy(starts: readonly Start[], { inputs }: Flow): ReadonlySet<string> {
  return new Set(
    starts.flatMap((start) => {
      if (start.on === 'broadcast' || start.on === 'schedule') return Object.keys(inputs);
      return start.on === 'event' ? Object.keys(start.inputs) : [];
    }),
  );
}

function unread(
  c: Compilation,
  root: Values,
  names: readonly string[],
  uses: readonly Expression[],
): readonly string[] {
  let left = names;
  for (const expression of uses) {
    if (left.length === 0) break;
    if (!expression.includes(root)) continue;
    const read = namesRead(parseExpression(c.environments.flow, expression).ast, root);
    left = read === 'all' ? [] : left.filter((name) => !read.includes(name));
  }
  return left;
}

/** `all` where the expression takes the root as a whole. */
function namesRead(node: Parameters<typeof pathOf>[0], root: Values): readonly string[] | 'all' {
  const [first, name] = pathOf(node) ?? [];
  if (first !== undefined) return first !== root ? [] : name === undefined ? 'all' : [name];
  const inside = childrenOf(node).map((child) => namesRead(child, root));
  return inside.includes('all') ? 'all' : inside.flat();
}
