/** What expressions may name, and of which type, per place in a definition. */
import { Environment } from '@marcbachmann/cel-js';
import { MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_NODES } from '../limits.ts';
import type { ValueType } from '../machine/value-types.ts';
import { withFunctions } from './functions.ts';

/**
 * `route`: a start's `when` and `contact`, which see only the event. `start`: a start's `inputs`, evaluated when the
 * conversation starts. `begin`: what is evaluated when a flow begins. `flow`: everything in `steps`. `response`: a data
 * source's `map`.
 */
export type Place = 'route' | 'start' | 'begin' | 'flow' | 'response';

/** In which language and zone `format` shows a value: set before each evaluation, which is synchronous. */
export interface Presentation {
  locale: string;
  zone: string;
}

const TIME = 'google.protobuf.Timestamp';

const CEL_TYPES = {
  text: 'string',
  integer: 'int',
  number: 'double',
  boolean: 'bool',
  time: TIME,
  duration: 'google.protobuf.Duration',
  date: 'date',
  money: 'money',
  phone: 'string',
  email: 'string',
} as const;

/** What a person wrote. Of `check`, `reply` has a `value` too. */
export const WRITTEN: ValueType = { type: 'object', fields: { text: { type: 'text' }, at: { type: 'time' } } };

type Schema = { [field: string]: string | Schema };

const CONTACT: Schema = { address: 'string', connector: 'string', locale: 'string', zone: 'string' };

/** `event`, where it is known: the fields of its data, if they are declared. */
export interface EventType {
  readonly event: Readonly<Record<string, ValueType>> | undefined;
}

export interface Environments {
  readonly route: Environment;
  readonly start: Environment;
  readonly begin: Environment;
  readonly flow: Environment;
  readonly response: Environment;
}

/** What is declared where an expression stands. */
export interface Declared {
  readonly inputs: Readonly<Record<string, ValueType>>;
  readonly vars: Readonly<Record<string, ValueType>>;
  /** Answers of data sources by name. */
  readonly data: Readonly<Record<string, ValueType>>;
  /** What the project declares of people, besides what is known of everybody. */
  readonly attributes: Readonly<Record<string, ValueType>>;
}

/** Variables of `flow` that are known only in some places, such as the `result` of a call. */
export type Locals = Readonly<Record<string, ValueType | 'dyn' | EventType>>;

/** `presentation` is read whenever an expression calls `format`. */
export function environmentsOf(declared: Declared, presentation: Presentation, locals: Locals): Environments {
  const base = () => withFunctions(new Environment(OPTIONS), presentation);
  const event = isEvent(locals['event']) ? locals['event'] : { event: undefined };
  const contact = { ...schemaOf(declared.attributes), ...CONTACT };
  return madeOnFirstUse({
    route: () => register(base(), 'event', event),
    start: () =>
      register(base(), 'event', event)
        .registerVariable('now', TIME)
        .registerVariable({ name: 'contact', schema: contact }),
    begin: () =>
      base()
        .registerVariable({ name: 'inputs', schema: schemaOf(declared.inputs) })
        .registerVariable({ name: 'contact', schema: contact })
        .registerVariable('now', TIME),
    flow: () => {
      const flow = base()
        .registerVariable({ name: 'inputs', schema: schemaOf(declared.inputs) })
        .registerVariable({ name: 'vars', schema: schemaOf(declared.vars) })
        .registerVariable({ name: 'contact', schema: contact })
        .registerVariable({ name: 'conversation', schema: { id: 'string', name: 'string', startedAt: TIME } })
        .registerVariable('now', TIME);
      if (Object.keys(declared.data).length > 0)
        flow.registerVariable({ name: 'data', schema: schemaOf(declared.data) });
      for (const [name, type] of Object.entries(locals)) register(flow, name, type);
      return flow;
    },
    response: () => base().registerVariable('response', 'dyn').registerVariable('now', TIME),
  });
}

/** Each takes some 60 KiB, and a process may know machines of hundreds of tenants that nobody writes to. */
function madeOnFirstUse(make: Readonly<Record<Place, () => Environment>>): Environments {
  const made: Partial<Record<Place, Environment>> = {};
  const of = (place: Place): Environment => (made[place] ??= make[place]());
  return {
    get route() {
      return of('route');
    },
    get start() {
      return of('start');
    },
    get begin() {
      return of('begin');
    },
    get flow() {
      return of('flow');
    },
    get response() {
      return of('response');
    },
  };
}

const OPTIONS = {
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: MAX_EXPRESSION_NODES, maxDepth: MAX_EXPRESSION_DEPTH },
};

function isEvent(type: Locals[string] | undefined): type is EventType {
  return typeof type === 'object' && 'event' in type;
}

/** Without a declaration its data is anything. */
function schemaOfEvent({ event }: EventType): Schema {
  return { id: 'string', type: 'string', source: 'string', time: TIME, data: event ? schemaOf(event) : 'dyn' };
}

function register(environment: Environment, name: string, type: Locals[string]): Environment {
  const schema = type === 'dyn' ? 'dyn' : isEvent(type) ? schemaOfEvent(type) : celTypeOf(type);
  return typeof schema === 'string'
    ? environment.registerVariable(name, schema)
    : environment.registerVariable({ name, schema });
}

function schemaOf(fields: Readonly<Record<string, ValueType>>): Schema {
  return Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, celTypeOf(type)]));
}

function celTypeOf(type: ValueType): string | Schema {
  if (type.type === 'object') return schemaOf(type.fields);
  if (type.type === 'list') {
    const item = celTypeOf(type.of);
    return typeof item === 'string' ? `list<${item}>` : 'list<dyn>';
  }
  return CEL_TYPES[type.type];
}
