/**
 * What a diagram shows of a machine: a box per step, and one more for what of a step is reached by itself; an edge per
 * way from one to the other, labelled as the author called it. What a way says before it leads on has no box.
 */
import type { Flow } from '../machine/flow.ts';
import { MAIN, type Machine } from '../machine/machine.ts';
import type { Node, Target } from '../machine/nodes.ts';
import { exitsOf, isPlain, leadsBack, type Exit } from './exits.ts';
import { linesOf } from './lines.ts';
import { startTitle, wordsOf } from './words.ts';

export interface Diagram {
  readonly name: string;
  /** `main` first. */
  readonly flows: readonly DiagramFlow[];
}

export interface DiagramFlow {
  readonly name: string;
  /** In the order of the file. */
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

export interface Box {
  /** Unique in the diagram; letters, digits and underscores. */
  readonly id: string;
  readonly kind: 'start' | 'anytime' | 'step' | 'question' | 'choice' | 'call' | 'wait' | 'end';
  readonly title: string;
  /** Of the machine, where it is one. */
  readonly state?: string;
  /** What it does, a line each. */
  readonly lines: readonly string[];
  /** The flow that it calls. */
  readonly calls?: string;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Several ways may lead from one box to the same other. Empty: it just goes on. */
  readonly labels: readonly string[];
  readonly ways: readonly string[];
  readonly isTimeOut: boolean;
}

export function diagramOf(machine: Machine): Diagram {
  const names = Object.keys(machine.flows).sort((a, b) => Number(b === MAIN) - Number(a === MAIN));
  const flows = names.flatMap((name, index) => {
    const flow = machine.flows[name];
    return flow ? [new FlowDiagram(machine, name, flow, `f${index}`).draw()] : [];
  });
  return { name: machine.name, flows };
}

/** Boxes have ids by their node, so that a definition's next version moves few of them. */
class FlowDiagram {
  private readonly machine: Machine;
  private readonly name: string;
  private readonly flow: Flow;
  private readonly prefix: string;
  private readonly boxes = new Map<string, Box & { readonly order: number }>();
  private readonly edges = new Map<string, Edge>();
  private readonly drawn = new Set<number>();

  constructor(machine: Machine, name: string, flow: Flow, prefix: string) {
    this.machine = machine;
    this.name = name;
    this.flow = flow;
    this.prefix = prefix;
  }

  draw(): DiagramFlow {
    this.drawStarts();
    // Steps from the top first: a box begins where its step begins, wherever something leads into it.
    this.flow.nodes.forEach(({ state }, index) => {
      const isFirst = this.flow.nodes.findIndex((other) => other.state === state) === index;
      if (isFirst && this.isReached(index)) this.land(undefined, index);
    });
    const boxes = [...this.boxes.values()].sort((a, b) => a.order - b.order).map(({ order: _, ...box }) => box);
    const places = new Map(boxes.map(({ id }, place) => [id, place]));
    const placeOf = (id: string): number => places.get(id) ?? 0;
    const edges = [...this.edges.values()].sort((a, b) => placeOf(a.from) - placeOf(b.from));
    return { name: this.name, boxes, edges };
  }

  private isReached(index: number): boolean {
    const { interrupts, failed, expired } = this.flow;
    return !interrupts.some(({ to }) => to === index) && failed !== index && expired !== index;
  }

  private drawStarts(): void {
    const { machine, flow } = this;
    const start = (key: string, kind: Box['kind'], title: string, to: Target, order: number, lines: string[] = []) => {
      const id = this.add(key, { kind, title, lines }, order);
      const target = this.land(undefined, to);
      if (target !== undefined) this.connect(id, target, {});
    };
    if (this.name === MAIN) {
      machine.starts.forEach((one, at) => {
        start(`start${at}`, 'start', startTitle(one, machine.locales), 0, at - machine.starts.length);
      });
    } else start('start', 'start', this.name, 0, -1);
    flow.interrupts.forEach(({ to, on }, at) => {
      const by = on ? on.type : wordsOf(flow.interruptWords, at, machine.locales);
      start(`anytime${at}`, 'anytime', `anytime ${by}`, to, to - 0.5);
    });
    if (flow.failed !== undefined) start('failed', 'anytime', 'on failure', flow.failed, flow.failed - 0.5);
    if (flow.expired !== undefined) start('expired', 'anytime', 'on expiry', flow.expired, flow.expired - 0.5);
  }

  /** The box at which one arrives that goes to `to`, coming from a node of `state`; undefined where nothing is shown. */
  private land(state: string | undefined, to: Target): string | undefined {
    const node = this.flow.nodes[to];
    if (!node) return undefined;
    if (leadsBack(node)) return this.boxAt(node.op === 'wait-again' ? node.ask : node.listen);
    if (isLast(node)) return this.endAt(node, to);
    if (node.state !== state || !isPlain(node))
      return isSilent(node) ? this.land(state, this.after(to)) : this.boxAt(to);
    return this.land(state, this.after(to));
  }

  private after(index: number): Target {
    const node = this.flow.nodes[index];
    return node?.op === 'goto' ? node.to : index + 1;
  }

  /** A box holds the plain nodes of a step up to one with several ways on, and that. */
  private boxAt(start: number): string {
    const { nodes } = this.flow;
    const path: number[] = [];
    let core = start;
    for (let at = start; ; at = this.after(at)) {
      const node = nodes[at];
      if (!node || path.includes(at) || isLast(node) || leadsBack(node) || node.state !== nodes[start]?.state) break;
      path.push(at);
      core = at;
      if (!isPlain(node)) break;
    }
    const id = `${this.prefix}n${core}`;
    const passed = path.flatMap((at) => nodes[at] ?? []);
    const node = nodes[core];
    const known = this.boxes.get(id);
    const lines = passed.flatMap((one) => linesOf(one, this.machine.locales));
    if (node && (!known || known.lines.length < lines.length)) {
      const calls = node.op === 'call' ? { calls: node.flow } : {};
      this.add(
        `n${core}`,
        { kind: kindOf(node), title: titleOf(node.state), state: node.state, lines, ...calls },
        start,
      );
    }
    if (node && !this.drawn.has(core)) {
      this.drawn.add(core);
      for (const exit of exitsOf(this.flow, node, core, this.machine.locales)) {
        // What a step does after it waited is not said on a way: it has a box of its own.
        const target = this.land(exit.label === undefined ? undefined : node.state, exit.to);
        if (target !== undefined) this.connect(id, target, exit);
      }
    }
    return id;
  }

  /** One for every step and outcome: shared ones would draw all their edges across the diagram. */
  private endAt(node: Node, index: number): string {
    const title = node.op === 'end' ? node.outcome : (ENDINGS[node.op] ?? node.op);
    const key = `end_${node.state}_${title}`.replaceAll(/\W/g, (c) => `_${c.charCodeAt(0).toString(16)}`);
    return this.add(key, { kind: 'end', title, lines: [] }, index);
  }

  private add(key: string, box: Omit<Box, 'id'>, order: number): string {
    const id = `${this.prefix}${key}`;
    this.boxes.set(id, { id, ...box, order: Math.min(order, this.boxes.get(id)?.order ?? order) });
    return id;
  }

  private connect(from: string, to: string, { label, way = 'next', isTimeOut = false }: Way): void {
    const key = `${from} ${to} ${isTimeOut ? 'time-out' : ''}`;
    const { labels = [], ways = [] } = this.edges.get(key) ?? {};
    this.edges.set(key, {
      ...{ from, to, isTimeOut, ways: [...ways, way] },
      labels: label === undefined || labels.includes(label) ? labels : [...labels, label],
    });
  }
}

type Way = Pick<Exit, 'label' | 'way'> & { readonly isTimeOut?: boolean };

/** What is told of ends that have no outcome. */
export const ENDINGS: Readonly<Record<string, string>> = { resume: 'resumes', restart: 'starts over', fail: 'ends so' };

function isLast({ op }: Node): boolean {
  return op === 'end' || Object.hasOwn(ENDINGS, op);
}

/** Only leads on. */
function isSilent({ op }: Node): boolean {
  return op === 'goto' || op === 'leave';
}

const KINDS: Readonly<Partial<Record<Node['op'], Box['kind']>>> = {
  ask: 'question',
  branch: 'choice',
  split: 'choice',
  loop: 'choice',
  call: 'call',
  delay: 'wait',
  fetch: 'wait',
  handoff: 'wait',
};

function kindOf({ op }: Node): Box['kind'] {
  return KINDS[op] ?? 'step';
}

/** Without the flow: it stands around it. */
function titleOf(state: string): string {
  return state.slice(state.lastIndexOf('/') + 1);
}
