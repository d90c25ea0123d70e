/** The flows of a machine: `main`, and whatever is called from it, each compiled once, when it is first called. */
import type { Flow, ValueType } from '../machine.ts';

export interface CompiledFlow {
  readonly name: string;
  readonly flow: Flow;
  /** With which it can end, in the order of the file. */
  readonly outcomes: readonly string[];
}

/** What a call needs to know of what it calls. `recursive`: it is being compiled, so it calls itself. */
export type Callee = CompiledFlow | 'unknown' | 'recursive';

export class Flows {
  private readonly compiled = new Map<string, CompiledFlow | 'recursive'>();
  private readonly compile: (name: string) => Flow | undefined;
  /** Names that a call may use. */
  readonly names: readonly string[];

  constructor(names: readonly string[], compile: (name: string) => Flow | undefined) {
    this.names = names;
    this.compile = compile;
  }

  callee(name: string): Callee {
    const known = this.compiled.get(name);
    if (known) return known;
    this.compiled.set(name, 'recursive');
    const flow = this.compile(name);
    if (!flow) {
      this.compiled.delete(name);
      return 'unknown';
    }
    const made = { name, flow, outcomes: outcomesOf(flow) };
    this.compiled.set(name, made);
    return made;
  }

  /** All that were called, by name. */
  all(): Readonly<Record<string, Flow>> {
    const flows = [...this.compiled.values()].filter((flow) => flow !== 'recursive');
    return Object.fromEntries(flows.map(({ name, flow }) => [name, flow]));
  }
}

function outcomesOf(flow: Flow): readonly string[] {
  return [...new Set(flow.nodes.flatMap((node) => (node.op === 'end' ? [node.outcome] : [])))];
}

/** What `result` is in the outcomes of a call. */
export function resultTypeOf({ vars, returns }: Flow): ValueType {
  return {
    type: 'object',
    fields: Object.fromEntries(returns.flatMap((name) => (vars[name] ? [[name, vars[name]]] : []))),
  };
}
