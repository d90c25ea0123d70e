/**
 * Definite assignment: an expression that reads a variable without a default, the answer of a data source, something
 * optional, the reply or the message that started the conversation is reported where some way leads to it on which that
 * has no value yet.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Flow } from '../../machine/flow.ts';
import type { Position } from '../../machine/position.ts';
import type { Start } from '../../machine/starts.ts';
import type { EventTypes, ValueType } from '../../machine/value-types.ts';
import type { Range } from '../../parse/source-file.ts';
import type { Report } from '../../diagnostics/diagnostic.ts';
import { Analysis } from './analysis.ts';
import { EVENT, isShared, OPENING, plus, Reader, REPLY, without, type Fact, type Facts, type Read } from './facts.ts';
import { rootOf, rootOfAttributes, rootOfEvent } from './known-types.ts';
import { pathWithout } from './path.ts';
import { solve, whereverItRests, type Graph, type Solution } from './solve.ts';
import { usesInRequest, usesOf, usesOfStart } from './uses.ts';

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
  readonly starts: readonly Start[];
  /** What the project declares of people. */
  readonly attributes: Readonly<Record<string, ValueType>>;
  /** What is declared of the customer's own events. */
  readonly events: EventTypes;
}

const NOTHING: Facts = new Set();

/** Of a whole file: the conversation and the snippets that are called. */
export function checkAssignment(context: AssignmentContext, flows: Readonly<Record<string, Flow>>): void {
  const analysis = new Analysis(context, flows);
  const { path } = context.report.source;
  if (context.isFirst) reportStarts(context);
  for (const [name, inherited] of analysis.entries()) {
    const flow = flows[name];
    if (!flow || (context.isFirst ? flow.file !== undefined : flow.file !== path)) continue;
    reportReads(context, analysis, analysis.graph(flow, inherited));
  }
}

function reportStarts(context: AssignmentContext): void {
  const { events, attributes, parse } = context;
  for (const start of context.starts) {
    const fields = start.on === 'event' && Object.hasOwn(events, start.type) ? events[start.type] : undefined;
    const reader = new Reader({ contact: rootOfAttributes(attributes), ...(fields && { event: rootOfEvent(fields) }) });
    const reportIn = (use: string, known: Facts): void => {
      for (const read of reader.reads(parse(use), known))
        report(context, read, rangeOf(context, use, start, read), 'when it starts');
    };
    const when = start.on === 'event' ? start.when : undefined;
    if (when !== undefined) reportIn(when, NOTHING);
    const known = new Set(when === undefined ? [] : reader.factsWhen(parse(when), true));
    for (const use of usesOfStart(start)) reportIn(use, known);
  }
}

function reportReads(context: AssignmentContext, analysis: Analysis, graph: Graph): void {
  const { flow } = graph;
  const readers = analysis.readers(flow);
  const solution = solve(graph);
  flow.nodes.forEach((node, index) => {
    let known = solution[index];
    if (!known) return;
    const reportIn = (expression: string, before: Facts, by = readers[index] ?? analysis.reader(flow)): Facts => {
      let after = before;
      for (const read of by.reads(analysis.ast(expression), before)) {
        if (after.has(read.fact)) continue;
        const range = rangeOf(context, expression, node, read);
        const where = read.of === 'item' ? '' : `on the way ${pathWithout(graph, read.fact, index)}`;
        report(context, read, range, where);
        if (read.of !== 'item') after = plus(after, [read.fact]);
      }
      return after;
    };
    for (const expression of usesOf(flow, node)) known = reportIn(expression, known);
    if (node.op === 'ask' && node.check !== undefined) reportIn(node.check, plus(known, [REPLY]));
    if (node.op === 'listen') {
      known = without(known, [EVENT]);
      for (const { type, key, when } of node.events) {
        reportIn(key, known, analysis.reader(flow, type));
        if (when !== undefined) reportIn(when, known, analysis.reader(flow, type));
      }
    }
    const source = node.op === 'fetch' ? flow.sources[node.source] : undefined;
    if (!source?.inputs) return;
    const own = new Reader({
      inputs: rootOf(source.inputs),
      contact: rootOfAttributes(context.attributes),
    });
    let there: Facts = new Set([...known].filter(isShared));
    for (const expression of usesInRequest(source)) there = reportIn(expression, there, own);
  });
  reportInterrupts(context, analysis, graph, solution);
}

/** What an interrupt expects is evaluated when the flow begins, `when` wherever it rests. */
function reportInterrupts(context: AssignmentContext, analysis: Analysis, graph: Graph, solution: Solution): void {
  const { flow, entry } = graph;
  const resting = whereverItRests(flow, solution);
  for (const { on, ...position } of flow.interrupts) {
    if (!on) continue;
    const reportIn = (expression: string, known: Facts, where: string): void => {
      for (const read of analysis.reader(flow, on.type).reads(analysis.ast(expression), known))
        report(context, read, rangeOf(context, expression, position, read), where);
    };
    reportIn(on.equals, entry, 'when it begins');
    reportIn(on.key, NOTHING, 'in such an event');
    if (on.when !== undefined && resting) reportIn(on.when, resting, 'wherever it may wait');
  }
}

function report(context: AssignmentContext, read: Read, range: Range, where: string): void {
  const { fact } = read;
  if (read.of === 'item') {
    context.report.add('value-unset', range, `"${fact}" may be missing in an item of the list`, {
      expected: read.isNamed
        ? `has(${fact}) around it, or before it`
        : 'has(…) on each item: list.filter(item, has(item.x))[0].x, or list.map(item, has(item.x) ? item.x : "")[0]',
    });
    return;
  }
  const hints = mayBeGuarded(fact) ? { expected: `has(${fact}) around it, or before it` } : {};
  context.report.add('value-unset', range, `${problemOf(fact)} ${where}`, hints);
}

/** What no step before is sure to bring. */
function mayBeGuarded(fact: Fact): boolean {
  return fact !== REPLY && fact !== OPENING && !/^(data|vars)\.[^.]+$/.test(fact);
}

function problemOf(fact: Fact): string {
  if (fact === REPLY) return 'nobody has replied';
  if (fact === OPENING) return 'a start by event or broadcast brings no message';
  if (mayBeGuarded(fact)) return `"${fact}" may be missing`;
  return fact.startsWith('data.') ? `"${fact}" has not been fetched` : `"${fact}" has no value`;
}

/** The nearest after the node: an expression may stand in several places. */
function rangeOf(
  { report, expressions }: AssignmentContext,
  source: string,
  at: Position,
  { start, end }: Pick<Read, 'start' | 'end'>,
): Range {
  const node = report.source.lineStart(at.line) + at.column - 1;
  const places = expressions.filter((one) => one.source === source).map((one) => one.range(start, end));
  const after = places.filter((place) => place.start >= node).sort((a, b) => a.start - b.start);
  return after[0] ?? places[0] ?? { start: node, end: node + 1 };
}
