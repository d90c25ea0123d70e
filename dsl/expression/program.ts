/** A machine's expressions, parsed and checked on first use and kept beside the machine, which stays plain JSON. */
import type { ParseResult } from '@marcbachmann/cel-js';
import type { Json } from '../json.ts';
import type { DataSource } from '../machine/data-source.ts';
import type { Parts, Text, Value } from '../machine/expressions.ts';
import type { Flow } from '../machine/flow.ts';
import { MAIN, flowOf, type Machine } from '../machine/machine.ts';
import type { ValueType } from '../machine/value-types.ts';
import {
  environmentsOf,
  type Declared,
  type Environments,
  type Locals,
  type Place,
  type Presentation,
} from './environment.ts';
import { parseExpression } from './parse.ts';
import { fromCel, ValueError } from './values.ts';

/** An expression that failed on the values it met: a missing field, a division by zero, a value JSON can not hold. */
export class ExpressionError extends Error {
  readonly expression: string;

  constructor(expression: string, cause: unknown) {
    const summary = cause instanceof Error ? ((cause as { summary?: string }).summary ?? cause.message) : String(cause);
    super(`${summary} (in \`${expression}\`)`, { cause });
    this.expression = expression;
  }
}

export interface Activation {
  /** The values of the variables of one place; names as in `environmentsOf`. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** In which language and zone `format` and texts show values; BCP 47 and IANA. */
  readonly locale: string;
  readonly zone: string;
}

export interface Program {
  /** The value as CEL has it. Throws `ExpressionError`. */
  evaluate(place: Place, expression: string, activation: Activation): unknown;
  evaluateBoolean(place: Place, expression: string, activation: Activation): boolean;
  /** The value as JSON. Throws `ExpressionError`. */
  value(place: Place, value: Value, activation: Activation): Json;
  /** The text in the activation's locale; `escape` is applied to what is filled in. Throws `ExpressionError`. */
  text(text: Text, activation: Activation, escape?: (shown: string) => string): string;
}

const programs = new WeakMap<object, Program>();

/** Of one of the machine's flows; a start's expressions belong to `main`. */
export function programOf(machine: Machine, flow: Flow = flowOf(machine, MAIN)): Program {
  const { attributes = {} } = machine;
  return programFor(machine, flow, () => ({
    ...{ inputs: flow.inputs, vars: flow.vars, data: answersOf(flow.sources), attributes },
  }));
}

/** Of a data source: in it, `inputs` are its own. */
export function programOfSource(machine: Machine, source: DataSource): Program {
  return programFor(machine, source, () => ({
    inputs: source.inputs ?? {},
    vars: {},
    data: {},
    attributes: machine.attributes ?? {},
  }));
}

/** What `data` holds of each source. */
export function answersOf(sources: Readonly<Record<string, Pick<DataSource, 'returns'>>>): Record<string, ValueType> {
  return Object.fromEntries(
    Object.entries(sources).map(([name, { returns }]) => [name, { type: 'object', fields: returns }]),
  );
}

function programFor(machine: Machine, owner: object, declared: () => Declared): Program {
  const known = programs.get(owner);
  if (known) return known;
  const made = createProgram(machine, declared());
  programs.set(owner, made);
  return made;
}

/** The compiler has checked where each may be used, and as what. */
const LOCALS: Locals = { result: 'dyn', failure: 'dyn', reply: 'dyn', opening: 'dyn', event: { event: undefined } };

function createProgram(machine: Machine, declared: Declared): Program {
  const fallback = machine.locales[0] ?? 'en';
  const presentation: Presentation = { locale: fallback, zone: machine.zone };
  const environments = environmentsOf(declared, presentation, LOCALS);
  const parsed: Readonly<Record<Place, Map<string, ParseResult>>> = {
    route: new Map(),
    start: new Map(),
    begin: new Map(),
    flow: new Map(),
    response: new Map(),
  };

  const evaluate = (place: Place, expression: string, activation: Activation): unknown => {
    presentation.locale = activation.locale;
    presentation.zone = activation.zone;
    try {
      return parse(environments, parsed[place], place, expression)(activation.variables);
    } catch (error) {
      throw new ExpressionError(expression, error);
    }
  };

  const show = (place: Place, parts: Parts, activation: Activation, escape = asItIs): string => {
    let text = '';
    for (const part of parts) {
      text += typeof part === 'string' ? part : escape(shown(part.cel, evaluate(place, part.cel, activation)));
    }
    return text;
  };

  const value = (place: Place, template: Value, activation: Activation): Json => {
    if ('literal' in template) return template.literal;
    if ('cel' in template) return jsonOf(template.cel, evaluate(place, template.cel, activation));
    if ('text' in template) return show(place, template.text, activation);
    if ('list' in template) return template.list.map((item) => value(place, item, activation));
    return Object.fromEntries(
      Object.entries(template.map).map(([key, member]) => [key, value(place, member, activation)]),
    );
  };

  return {
    evaluate,
    evaluateBoolean(place, expression, activation) {
      const result = evaluate(place, expression, activation);
      if (typeof result === 'boolean') return result;
      throw new ExpressionError(expression, new ValueError('gives neither true nor false'));
    },
    value,
    text: (text, activation, escape) =>
      show('flow', text[activation.locale] ?? text[fallback] ?? [], activation, escape),
  };
}

const asItIs = (text: string): string => text;

function parse(
  environments: Environments,
  known: Map<string, ParseResult>,
  place: Place,
  expression: string,
): ParseResult {
  const parsed = known.get(expression);
  if (parsed) return parsed;
  const made = parseExpression(environments[place], expression);
  known.set(expression, made);
  return made;
}

function jsonOf(expression: string, value: unknown): Json {
  try {
    return fromCel(value);
  } catch (error) {
    throw new ExpressionError(expression, error);
  }
}

/** What a text shows for a value. The checker refuses types that have no one way of being shown. */
function shown(expression: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return value.toString();
  throw new ExpressionError(expression, new ValueError('a text can not show this value'));
}
