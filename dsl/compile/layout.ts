/** The machine's nodes while they are laid out: jumps go to labels, which get their index when something is placed. */
import type { Node, Target } from '../machine/nodes.ts';
import type { Position } from '../machine/position.ts';

export class Label {
  index: number | undefined;
  isUsed = false;
}

/** Distributes over the kinds of node. */
type Plain<N> = N extends Node ? Omit<N, 'state' | 'line' | 'column'> : never;

export type Resolve = (label: Label) => Target;
export type NodeOf = (resolve: Resolve) => Plain<Node>;

export class Layout {
  private readonly nodes: { readonly make: NodeOf; readonly at: Position & { readonly state: string } }[] = [];
  private readonly bodies: (() => void)[] = [];
  private readonly lasts: (() => void)[] = [];

  /** The next node placed is the label's. */
  place(label: Label): void {
    label.index = this.nodes.length;
  }

  add(state: string, position: Position, make: NodeOf): void {
    this.nodes.push({ make, at: { state, line: position.line, column: position.column } });
  }

  /** Placed after the main line: what a way out does. */
  defer(body: () => void): void {
    this.bodies.push(body);
  }

  /** Placed once everything else is: only then it is known what is jumped to. */
  deferToEnd(body: () => void): void {
    this.lasts.push(body);
  }

  placeBodies(): void {
    // A body may defer others.
    while (this.bodies.length > 0) for (const body of this.bodies.splice(0)) body();
    for (const last of this.lasts.splice(0)) last();
  }

  /** Labels that nothing placed belong to steps that were reported as unknown. */
  resolve(): readonly Node[] {
    const resolve: Resolve = (label) => label.index ?? 0;
    return this.nodes.map(({ make, at }) => ({ ...make(resolve), ...at }));
  }
}

/** Marks a label as jumped to. */
export function use(label: Label): Label {
  label.isUsed = true;
  return label;
}
