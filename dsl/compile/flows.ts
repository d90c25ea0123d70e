/** The flows of a machine: `main`, and whatever is called from it, each compiled once, when it is first called. */
import type { Flow } from '../machine/flow.ts';
import { MAIN } from '../machine/machine.ts';
import type { ValueType } from '../machine/value-types.ts';
import type { SourceBody } from '../schema/source.ts';
import type { Unit, Units } from './unit.ts';

export interface CompiledFlow {
  readonly name: string;
  readonly flow: Flow;
  /** With which it can end, in the order of the file. */
  readonly outcomes: readonly string[];
}

/** What a call needs to know of what it calls. `recursive`: it is being compiled, so it calls itself. */
export type Callee = CompiledFlow | 'unknown' | 'recursive' | 'ambiguous';

/** Steps that can be called: a snippet, or a conversation of the project. */
export interface Callable {
  readonly unit: Unit;
  readonly body: SourceBody;
  readonly returns: readonly string[] | undefined;
}

export class Flows {
  private readonly compiled = new Map<string, CompiledFlow | 'recursive'>();
  /** Of each body its name in the machine. */
  private readonly flowNames = new Map<SourceBody, string>();
  private readonly units: Units;
  private readonly first: Unit;
  private readonly compile: (flow: string, callable: Callable) => Flow;

  constructor(units: Units, first: Unit, compile: (flow: string, callable: Callable) => Flow) {
    this.units = units;
    this.first = first;
    this.compile = compile;
  }

  /** Names of snippets that a call in this file may use. */
  names(unit: Unit): readonly string[] {
    return this.units.names(unit, 'snippets');
  }

  /** What a name stands for in a file: a snippet of its own, an imported one, a conversation of the project. */
  callee(unit: Unit, name: string): Callee {
    const owner = this.units.owner(unit, 'snippets', name);
    if (owner === 'ambiguous') return owner;
    if (owner === 'unknown') return this.conversation(name);
    const snippet = owner.source.snippets?.[name];
    return snippet ? this.called({ unit: owner, body: snippet, returns: snippet.returns }, name) : 'unknown';
  }

  /** A flow by its name in the machine, if it has been compiled. */
  flow(name: string): Flow | undefined {
    const known = this.compiled.get(name);
    return known === 'recursive' ? undefined : known?.flow;
  }

  /** All that were called, by name. */
  all(): Readonly<Record<string, Flow>> {
    const flows = [...this.compiled.values()].filter((flow) => flow !== 'recursive');
    return Object.fromEntries(flows.map(({ name, flow }) => [name, flow]));
  }

  private conversation(name: string): Callee {
    if (name === this.first.source.conversation && this.first.isDefinition) return 'recursive';
    const unit = this.units.conversation(name);
    if (!unit) return 'unknown';
    return this.called({ unit, body: unit.source, returns: unit.source.returns }, name);
  }

  private called(callable: Callable, name: string): Callee {
    const flowName = this.flowName(callable, name);
    const known = this.compiled.get(flowName);
    if (known) return known;
    this.compiled.set(flowName, 'recursive');
    const flow = this.compile(flowName, callable);
    const made = { name: flowName, flow, outcomes: outcomesOf(flow) };
    this.compiled.set(flowName, made);
    return made;
  }

  /** Of the file's own snippets the name is the author's; those of others begin with that of their file. */
  private flowName({ unit, body }: Callable, name: string): string {
    const known = this.flowNames.get(body);
    if (known !== undefined) return known;
    const isBare = unit === this.first || body === unit.source;
    const wanted = isBare ? name : `${unit.source.conversation}.${name}`;
    const taken = new Set([MAIN, ...this.flowNames.values()]);
    if (unit !== this.first) for (const own of Object.keys(this.first.source.snippets ?? {})) taken.add(own);
    let made = wanted;
    for (let number = 2; taken.has(made); number += 1) made = `${wanted}-${number.toString()}`;
    this.flowNames.set(body, made);
    return made;
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
