/** `anytime`: what is understood whenever a flow waits. */
import { isRead } from '../check/read-words.ts';
import type { Flow, Interrupt } from '../machine/flow.ts';
import type { SourceInterrupt } from '../schema/source.ts';
import { numberedEntry } from '../step/numbered.ts';
import { fold } from '../text/fold.ts';
import { compileSimple } from './actions.ts';
import { compileAwaited, seeingEvent } from './awaited.ts';
import { compileCall } from './call.ts';
import { positionOf, type Compilation } from './compilation.ts';
import { Label, type Layout } from './layout.ts';
import type { Scope } from './scope.ts';
import { targetOf } from './ways.ts';
import { compileWords, WordIndex, wordsIn } from './words.ts';

export interface Interrupts {
  readonly words: WordIndex['words'];
  readonly entries: readonly (Omit<Interrupt, 'to'> & { readonly to: Label })[];
}

export function compileInterrupts(c: Compilation, layout: Layout, steps: ReadonlyMap<string, Label>): Interrupts {
  const sources = c.body.anytime ?? [];
  const index = new WordIndex(c);
  const entries = sources.map((source, position) => {
    reportTriggers(c, sources, position);
    if (source.match !== undefined) for (const word of compileWords(c, source, 'match')) index.add(word, position);
    const state = `${c.flow === 'main' ? '' : `${c.flow}/`}anytime-${(position + 1).toString()}`;
    const at = positionOf(c, sources, position);
    const scope = { c, layout, state, steps, after: new Label(), isAside: true };
    if (source.event === undefined) return { to: compileInterrupt(scope, source), ...at };
    const on = compileAwaited(c, source, 'begin');
    return { on, to: compileInterrupt({ ...scope, c: seeingEvent(c, source.event) }, source), ...at };
  });
  return { words: index.words, entries };
}

/** Words or an event: one of them. */
function reportTriggers({ report, tree }: Compilation, sources: readonly SourceInterrupt[], position: number): void {
  const source = sources[position] ?? {};
  if (source.match !== undefined && source.event !== undefined) {
    const message = '"event" can not stand beside "match": make it an entry of its own';
    report.add('keys-exclusive', tree.keyRange(source, 'event'), message);
  } else if (source.match === undefined && source.event === undefined)
    report.add('missing-key', tree.keyRange(sources, position), 'this entry needs "match" or "event"');
}

const ENDS = ['then', 'goto', 'end'] as const;

function compileInterrupt(scope: Scope, source: SourceInterrupt): Label {
  const { c, layout, state, after } = scope;
  const keys = Object.keys(source);
  const trigger = source.event === undefined ? 'match' : 'event';
  const ends = ENDS.filter((key) => source[key] !== undefined);
  const [end = 'then', second] = ends;
  if (second !== undefined) {
    c.report.add('keys-exclusive', c.tree.keyRange(source, second), `"${second}" can not stand beside "${end}"`);
  } else if (ends.length === 0) {
    c.report.add('exit-missing', c.tree.keyRange(source, trigger), 'this does not say what happens then', {
      expected: 'then: resume, then: restart, goto: STEP or end: OUTCOME',
    });
  }
  const label = new Label();
  layout.defer(() => {
    layout.place(label);
    for (const key of keys) compileSimple(scope, source, key);
    if (source.call !== undefined) compileCall(scope, source);
    layout.place(after);
    const position = positionOf(c, source, ends.length === 0 ? trigger : end);
    if (end === 'then') {
      layout.add(state, position, () => ({ op: source.then ?? 'resume' }));
      return;
    }
    layout.add(state, position, () => ({ op: 'leave' }));
    const { end: outcome } = source;
    if (outcome !== undefined) layout.add(state, position, () => ({ op: 'end', outcome }));
    else {
      const target = targetOf(scope, source, source.goto ?? '');
      layout.add(state, position, (resolve) => ({ op: 'goto', to: resolve(target) }));
    }
  });
  return label;
}

/** What an interrupt always takes would never reach what expects it as well. */
export function reportOverlaps(c: Compilation, flow: Flow): void {
  const sources = c.body.anytime ?? [];
  if (sources.length === 0) return;
  reportWords(c, flow, sources);
  reportEvents(c, flow, sources);
}

/** Events of a `listen` in this flow: elsewhere the same expression is another value. */
function reportEvents(c: Compilation, flow: Flow, sources: readonly SourceInterrupt[]): void {
  const awaited = flow.nodes.flatMap((node) =>
    node.op === 'listen' ? node.events.map((event) => ({ ...event, state: node.state })) : [],
  );
  flow.interrupts.forEach(({ on }, index) => {
    if (!on || on.when !== undefined) return;
    const same = awaited.find(({ type, key, equals }) => type === on.type && key === on.key && equals === on.equals);
    if (!same) return;
    const message = `"${on.type}" is waited for at "${same.state}" too`;
    c.report.add('interrupt-overlaps-listen', c.tree.keyRange(sources[index] ?? {}, 'event'), message);
  });
}

/** Words that a question takes, in this flow or in what it calls. An interrupt takes them in whatever language. */
function reportWords(c: Compilation, flow: Flow, sources: readonly SourceInterrupt[]): void {
  const asked = questionsBelow(c, flow, new Set());
  for (const source of sources) {
    for (const word of new Set(wordsIn(source.match))) {
      const question = asked.find((one) => takes(c, one, word));
      if (!question) continue;
      const message = `"${word}" is a reply at "${question.ask.state}" too`;
      c.report.add('interrupt-overlaps-reply', c.tree.keyRange(source, 'match'), message);
    }
  }
}

/** A question, and the flow whose variable keeps the reply. */
interface Question {
  readonly ask: Extract<Flow['nodes'][number], { op: 'ask' }>;
  readonly flow: Flow;
}

function takes({ locales, source, project }: Compilation, { ask, flow }: Question, word: string): boolean {
  const folded = fold(word);
  return (
    Object.values(ask.words).some((words) => Object.hasOwn(words, folded)) ||
    numberedEntry(ask, folded) !== undefined ||
    isRead(ask, flow, word, { locales, country: source.country ?? project.country })
  );
}

function questionsBelow(c: Compilation, flow: Flow, seen: Set<string>): readonly Question[] {
  return flow.nodes.flatMap((node) => {
    if (node.op === 'ask') return [{ ask: node, flow }];
    if (node.op !== 'call' || seen.has(node.flow)) return [];
    seen.add(node.flow);
    const callee = c.flows.flow(node.flow);
    return callee ? questionsBelow(c, callee, seen) : [];
  });
}
