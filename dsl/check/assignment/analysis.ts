/** What the flows of a machine know of one another: what is given where one calls another, and where that ends. */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Flow, Start, ValueType } from '../../machine.ts';
import { isShared, OPENING, plus, Reader, RESULT, variable, type Fact, type Facts } from './facts.ts';
import { rootsOf } from './known-types.ts';
import { intersection, solve, type Graph } from './solve.ts';
import { usesOf } from './uses.ts';
import { waysFrom } from './ways.ts';

interface AnalysisContext {
  readonly parse: (expression: string) => ASTNode;
  readonly starts: readonly Start[];
  readonly attributes: Readonly<Record<string, ValueType>>;
}

const NOTHING: Facts = new Set();

export class Analysis {
  private readonly flows: Readonly<Record<string, Flow>>;
  private readonly context: AnalysisContext;
  private readonly parsed = new Map<string, ASTNode>();
  private readonly readers = new Map<Flow, Reader>();
  private readonly endings = new Map<string, readonly Ending[]>();
  /** What has a value in every flow. */
  private readonly everywhere: Facts;

  constructor(context: AnalysisContext, flows: Readonly<Record<string, Flow>>) {
    this.context = context;
    this.flows = flows;
    const byMessage = context.starts.every(({ on }) => on === 'keyword' || on === 'any');
    this.everywhere = new Set(byMessage ? [OPENING] : []);
  }

  /** `inherited`: what has a value where the flow is called. */
  graph(flow: Flow, inherited: Facts): Graph {
    const reader = this.reader(flow);
    const defaults = Object.entries(flow.vars).filter(([, { default: value }]) => value !== undefined);
    const entry = plus(inherited, [...this.everywhere, ...defaults.map(([name]) => variable(name))]);
    const factsIn = (use: string): readonly Fact[] => reader.reads(this.ast(use), NOTHING).map(({ fact }) => fact);
    return {
      flow,
      entry,
      reads: flow.nodes.map((node) => new Set(usesOf(flow, node).flatMap(factsIn))),
      ways: flow.nodes.map((node, index) =>
        waysFrom(flow, index, node, {
          told: (expression, truth) => reader.factsWhen(this.ast(expression), truth),
          givenBy: (name, isMeant) => this.givenBy(name, isMeant),
        }),
      ),
    };
  }

  reader(flow: Flow): Reader {
    const known = this.readers.get(flow);
    if (known) return known;
    const made = new Reader(rootsOf(flow, this.context.attributes, this.resultsOf(flow)));
    this.readers.set(flow, made);
    return made;
  }

  ast(expression: string): ASTNode {
    const known = this.parsed.get(expression);
    if (known) return known;
    const made = this.context.parse(expression);
    this.parsed.set(expression, made);
    return made;
  }

  /** By flow that may be reached: what has a value before each of its calls. */
  entries(): ReadonlyMap<string, Facts> {
    const entries = new Map<string, Facts>([['main', NOTHING]]);
    for (let isStable = false; !isStable;) {
      isStable = true;
      for (const [name, inherited] of [...entries]) {
        const flow = this.flows[name];
        if (!flow) continue;
        const solution = solve(this.graph(flow, inherited));
        flow.nodes.forEach((node, index) => {
          const facts = node.op === 'call' ? solution[index] : undefined;
          if (node.op !== 'call' || !facts) return;
          const given = new Set([...facts].filter(isShared));
          const before = entries.get(node.flow);
          const after = before ? intersection(before, given) : given;
          if (before && before.size === after.size) return;
          entries.set(node.flow, after);
          isStable = false;
        });
      }
    }
    return entries;
  }

  private resultsOf(flow: Flow): Readonly<Record<string, ValueType>> {
    const callees = flow.nodes.flatMap((node) => (node.op === 'call' ? (this.flows[node.flow] ?? []) : []));
    return Object.assign({}, ...callees.map(({ vars }) => vars)) as Readonly<Record<string, ValueType>>;
  }

  private givenBy(name: string, isMeant: (outcome: string) => boolean): readonly Fact[] {
    const [first, ...more] = this.endingsOf(name).filter(({ outcome }) => isMeant(outcome));
    return first ? [...more.reduce((facts, ending) => intersection(facts, ending.facts), first.facts)] : [];
  }

  /** Even if nothing had a value before. Flows do not call themselves. */
  private endingsOf(name: string): readonly Ending[] {
    const known = this.endings.get(name);
    if (known) return known;
    const flow = this.flows[name];
    const solution = flow ? solve(this.graph(flow, NOTHING)) : [];
    const found = (flow?.nodes ?? []).flatMap((node, index) => {
      const facts = node.op === 'end' ? solution[index] : undefined;
      return node.op === 'end' && facts ? [{ outcome: node.outcome, facts: factsForCaller(facts) }] : [];
    });
    this.endings.set(name, found);
    return found;
  }
}

interface Ending {
  readonly outcome: string;
  readonly facts: Facts;
}

/** Its variables are the caller's `result`. */
function factsForCaller(facts: Facts): Facts {
  return new Set(
    [...facts].flatMap((fact) => {
      if (isShared(fact)) return [fact];
      return fact.startsWith('vars.') ? [`${RESULT}.${fact.slice('vars.'.length)}`] : [];
    }),
  );
}
