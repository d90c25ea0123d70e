/** What is declared of the values that an expression names, and what can stand after a dot in it. */
import { answersOf } from '../expression/program.ts';
import type { ValueType } from '../machine/value-types.ts';
import type { Compilation } from './compilation.ts';

type Fields = Readonly<Record<string, ValueType>>;

/** Names; none where nothing is declared. */
export function membersAt(c: Compilation, [root = '', ...path]: readonly string[]): readonly string[] {
  const [first, ...more] = path;
  if (first === undefined) return rootMembers(c, root);
  if (root === 'event') return first === 'data' ? namesBelow(eventFields(c), more) : [];
  const declared = rootFields(c);
  return Object.hasOwn(declared, root) ? namesBelow(declared[root], path) : [];
}

/** What is declared of a value; undefined where nothing is. */
export function typeAt(c: Compilation, [root = '', ...path]: readonly string[]): ValueType | undefined {
  const event = eventFields(c);
  const roots = rootFields(c);
  const data: Fields = event ? { data: { type: 'object', fields: event } } : {};
  let known: Fields | undefined = root === 'event' ? data : Object.hasOwn(roots, root) ? roots[root] : undefined;
  let type: ValueType | undefined;
  for (const name of path) {
    type = known && Object.hasOwn(known, name) ? known[name] : undefined;
    known = type?.type === 'object' ? type.fields : undefined;
  }
  return type;
}

function rootFields(c: Compilation): Readonly<Record<string, Fields>> {
  return {
    inputs: c.inputs,
    vars: c.vars,
    data: answersOf(c.sources),
    contact: c.project.attributes,
    result: localFields(c, 'result'),
  };
}

function rootMembers(c: Compilation, root: string): readonly string[] {
  switch (root) {
    case 'inputs':
      return Object.keys(c.inputs);
    case 'vars':
      return Object.keys(c.vars);
    case 'data':
      return Object.keys(c.sources);
    case 'contact':
      return ['address', 'connector', 'locale', 'zone', ...Object.keys(c.project.attributes)];
    case 'reply':
      return ['text', 'at', 'value'];
    case 'opening':
      return ['text', 'at'];
    case 'event':
      return ['id', 'type', 'source', 'time', 'data'];
    case 'conversation':
      return ['id', 'name', 'startedAt'];
    default:
      return Object.keys(localFields(c, root));
  }
}

function eventFields({ locals }: Compilation): Fields | undefined {
  const { event } = locals;
  return typeof event === 'object' && 'event' in event ? event.event : undefined;
}

function localFields({ locals }: Compilation, name: string): Fields {
  const type = Object.hasOwn(locals, name) ? locals[name] : undefined;
  return typeof type === 'object' && 'type' in type && type.type === 'object' ? type.fields : {};
}

function namesBelow(fields: Fields | undefined, path: readonly string[]): readonly string[] {
  let known = fields;
  for (const name of path) {
    const type: ValueType | undefined = known && Object.hasOwn(known, name) ? known[name] : undefined;
    known = type?.type === 'object' ? type.fields : undefined;
  }
  return Object.keys(known ?? {});
}
