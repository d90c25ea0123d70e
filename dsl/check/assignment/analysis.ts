/** What the flows of a machine know of one another: what is given where one calls another, and where that ends. */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Flow } from '../../machine/flow.ts';
import type { Node } from '../../machine/nodes.ts';
import type { Start } from '../../machine/starts.ts';
import type { EventTypes, ValueType } from '../../machine/value-types.ts';
import { isShared, OPENING, plus, Reader, REPLY, RESULT, variable, type Fact, type Facts } from './facts.ts';
import { rootOfEvent, rootsOf, type Roots } from './known-types.ts';
import { intersection, solve, type Graph } from './solve.ts';
import { usesOf } from './uses.ts';
import { waysFrom } from './ways.ts';

interface AnalysisContext {
  readonly parse: (expression: string) => ASTNode;
  readonly starts: readonly Start[];
  readonly attributes: Readonly<Record<string, ValueType>>;
  readonly events: EventTypes;
}

const NOTHING: Facts = new Set();

/** What may stand between an event and what it leads to. */
const AFTER_EVENT: ReadonlySet<string> = new Set(['say', 'set', 'emit', 'update']);

export class Analysis {
  private readonly flows: Readonly<Record<string, Flow>>;
  private readonly context: AnalysisContext;
  private readonly parsed = new Map<string, ASTNode>();
  private readonly known = new Map<Flow, Map<string, Reader>>();
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
    const defaults = Object.entries(flow.vars).filter(([, { default: value }]) => value !== undefined);
    const entry = plus(inherited, [...this.everywhere, ...defaults.map(([name]) => variable(name))]);
    const readers = this.readers(flow);
    const factsOf = (node: Node, reader = this.reader(flow)): readonly Fact[] =>
      usesOf(flow, node).flatMap((use) =>
        reader.reads(this.ast(use), NOTHING).flatMap(({ of, fact }) => (of === 'flow' ? [fact] : [])),
      );
    const told = (expression: string, truth: boolean, event?: string): readonly Fact[] =>
      this.reader(flow, event).factsWhen(this.ast(expression), truth);
    return {
      flow,
      entry,
      interrupts: flow.interrupts.map(({ on }) => {
        if (!on) return [REPLY];
        return on.when === undefined ? [] : told(on.when, true, on.type);
      }),
      reads: flow.nodes.map((node, index) => new Set(factsOf(node, readers[index]))),
      ways: flow.nodes.map((node, index) =>
        waysFrom(flow, index, node, {
          told,
          givenBy: (name, isMeant) => this.givenBy(name, isMeant),
        }),
      ),
    };
  }

  /** Of expressions of the flow, and of those that see an event of this type. */
  reader(flow: Flow, event = ''): Reader {
    const known = this.known.get(flow) ?? new Map<string, Reader>();
    this.known.set(flow, known);
    const reader = known.get(event) ?? new Reader({ ...this.rootsIn(flow), ...this.rootOf(event) });
    known.set(event, reader);
    return reader;
  }

  /** By node: what an event leads to sees it until the next wait. */
  readers(flow: Flow): readonly Reader[] {
    const plain = this.reader(flow);
    const readers = flow.nodes.map(() => plain);
    const entries = flow.nodes.flatMap((node) => (node.op === 'listen' ? node.events : []));
    const interrupts = flow.interrupts.flatMap(({ on, to }) => (on ? [{ type: on.type, to }] : []));
    for (const { type, to } of [...entries, ...interrupts]) {
      for (let at = to; at < flow.nodes.length; at += 1) {
        readers[at] = this.reader(flow, type);
        if (!AFTER_EVENT.has(flow.nodes[at]?.op ?? '')) break;
      }
    }
    return readers;
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

  private rootsIn(flow: Flow): Roots {
    return rootsOf(flow, this.context.attributes, this.resultsOf(flow));
  }

  private rootOf(event: string): Roots {
    const { events } = this.context;
    const fields = Object.hasOwn(events, event) ? events[event] : undefined;
    return fields ? { event: rootOfEvent(fields) } : {};
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
