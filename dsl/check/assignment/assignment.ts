/**
 * Definite assignment: an expression that reads a variable without a default, the answer of a data source, the reply or
 * the message that started the conversation is reported where some way leads to it on which that has no value yet.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Flow, Position } from '../../machine.ts';
import type { Range } from '../../parse/source-file.ts';
import type { Report } from '../../diagnostics/diagnostic.ts';
import { factsWhen, OPENING, plus, readsOf, REPLY, variable, type Fact, type Facts, type Read } from './facts.ts';
import { pathWithout } from './path.ts';
import { solve, whereverItRests, type Graph, type Solution } from './solve.ts';
import { usesOf } from './uses.ts';
import { waysFrom } from './ways.ts';

/** An expression where it stands in the file. */
export interface PlacedExpression {
  readonly source: string;
  readonly range: (start: number, end: number) => Range;
}

export interface AssignmentContext {
  readonly report: Report;
  /** Those of the file, in any order. */
  readonly expressions: readonly PlacedExpression[];
  readonly parse: (expression: string) => ASTNode;
  /** The report is that of the definition; else of another file, whose flows name it. */
  readonly isFirst: boolean;
  /** Whether every start is by what a person writes. */
  readonly byMessage: boolean;
}

const NOTHING: Facts = new Set();

/** Of a whole file: the conversation and the snippets that are called. */
export function checkAssignment(context: AssignmentContext, flows: Readonly<Record<string, Flow>>): void {
  const analysis = new Analysis(context, flows);
  const entries = analysis.entries();
  const { path } = context.report.source;
  for (const [name, flow] of Object.entries(flows)) {
    if (context.isFirst ? flow.file !== undefined : flow.file !== path) continue;
    const graph = analysis.graph(flow, entries.get(name) ?? NOTHING);
    reportReads(context, analysis, graph);
  }
}

class Analysis {
  private readonly flows: Readonly<Record<string, Flow>>;
  private readonly parsed = new Map<string, ASTNode>();
  private readonly endings = new Map<string, ReadonlyMap<string, boolean>>();
  private readonly parse: AssignmentContext['parse'];
  /** What has a value in every flow. */
  private readonly everywhere: Facts;

  constructor({ parse, byMessage }: AssignmentContext, flows: Readonly<Record<string, Flow>>) {
    this.parse = parse;
    this.flows = flows;
    this.everywhere = new Set(byMessage ? [OPENING] : []);
  }

  /** `inherited`: what has a value where the flow is called. */
  graph(flow: Flow, inherited: Facts): Graph {
    const defaults = Object.entries(flow.vars).filter(([, { default: value }]) => value !== undefined);
    const entry = plus(inherited, [...this.everywhere, ...defaults.map(([name]) => variable(name))]);
    return {
      flow,
      entry,
      reads: flow.nodes.map(
        (node) => new Set(usesOf(flow, node).flatMap((use) => this.reads(use, NOTHING).map(factOf))),
      ),
      ways: flow.nodes.map((node, index) =>
        waysFrom(flow, index, node, {
          told: (expression, truth) => factsWhen(this.ast(expression), truth),
          repliedIn: (name, outcome) => this.endingsOf(name).get(outcome) ?? false,
        }),
      ),
    };
  }

  reads(expression: string, known: Facts): readonly Read[] {
    return readsOf(this.ast(expression), known);
  }

  /** What has a value whenever a flow is called: a reply, where there was one before each of its calls. */
  entries(): ReadonlyMap<string, Facts> {
    const replied = new Map(Object.keys(this.flows).map((name) => [name, name !== 'main']));
    for (let isStable = false; !isStable;) {
      isStable = true;
      for (const [name, flow] of Object.entries(this.flows)) {
        const solution = solve(this.graph(flow, replied.get(name) ? new Set([REPLY]) : NOTHING));
        flow.nodes.forEach((node, index) => {
          if (node.op !== 'call' || !solution[index] || solution[index].has(REPLY) || !replied.get(node.flow)) return;
          replied.set(node.flow, false);
          isStable = false;
        });
      }
    }
    return new Map([...replied].map(([name, has]) => [name, has ? new Set([REPLY]) : NOTHING]));
  }

  /** By outcome: whether there was a reply, even if there was none before. Flows do not call themselves. */
  private endingsOf(name: string): ReadonlyMap<string, boolean> {
    const known = this.endings.get(name);
    if (known) return known;
    const found = new Map<string, boolean>();
    this.endings.set(name, found);
    const flow = this.flows[name];
    const solution: Solution = flow ? solve(this.graph(flow, NOTHING)) : [];
    flow?.nodes.forEach((node, index) => {
      const facts = solution[index];
      if (node.op === 'end' && facts) found.set(node.outcome, facts.has(REPLY) && (found.get(node.outcome) ?? true));
    });
    return found;
  }

  private ast(expression: string): ASTNode {
    const known = this.parsed.get(expression);
    if (known) return known;
    const made = this.parse(expression);
    this.parsed.set(expression, made);
    return made;
  }
}

const factOf = ({ fact }: Read): Fact => fact;

function reportReads(context: AssignmentContext, analysis: Analysis, graph: Graph): void {
  const { flow } = graph;
  const solution = solve(graph);
  flow.nodes.forEach((node, index) => {
    let known = solution[index];
    if (!known) return;
    const report = (expression: string, before: Facts): Facts => {
      let after = before;
      for (const { fact, start, end } of analysis.reads(expression, before)) {
        if (after.has(fact)) continue;
        after = plus(after, [fact]);
        const range = rangeOf(context, expression, node, start, end);
        context.report.add('value-unset', range, `${problemOf(fact)} on the way ${pathWithout(graph, fact, index)}`);
      }
      return after;
    };
    for (const expression of usesOf(flow, node)) known = report(expression, known);
    if (node.op === 'ask' && node.check !== undefined) report(node.check, plus(known, [REPLY]));
  });
  reportInterrupts(context, analysis, graph, solution);
}

/** What an interrupt asks of its event is evaluated wherever the flow rests. */
function reportInterrupts(context: AssignmentContext, analysis: Analysis, { flow }: Graph, solution: Solution): void {
  const resting = whereverItRests(flow, solution);
  for (const { on, ...position } of flow.interrupts) {
    if (on?.when === undefined || !resting) continue;
    for (const { fact, start, end } of analysis.reads(on.when, resting)) {
      const range = rangeOf(context, on.when, position, start, end);
      context.report.add('value-unset', range, `${problemOf(fact)} wherever it may wait`);
    }
  }
}

function problemOf(fact: Fact): string {
  if (fact === REPLY) return 'nobody has replied';
  if (fact === OPENING) return 'a start by event or broadcast brings no message';
  return fact.startsWith('data.') ? `"${fact}" has not been fetched` : `"${fact}" has no value`;
}

/** The nearest after the node: an expression may stand in several places. */
function rangeOf(
  { report, expressions }: AssignmentContext,
  source: string,
  at: Position,
  start: number,
  end: number,
): Range {
  const node = report.source.lineStart(at.line) + at.column - 1;
  const places = expressions.filter((one) => one.source === source).map((one) => one.range(start, end));
  const after = places.filter((place) => place.start >= node).sort((a, b) => a.start - b.start);
  return after[0] ?? places[0] ?? { start: node, end: node + 1 };
}
