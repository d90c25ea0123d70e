/** What can stand after a dot in an expression, for suggestions. */
import { answersOf } from '../expression/program.ts';
import type { ValueType } from '../machine.ts';
import type { Compilation } from './compilation.ts';

type Fields = Readonly<Record<string, ValueType>>;

/** Names; none where nothing is declared. */
export function membersAt(c: Compilation, [root = '', ...path]: readonly string[]): readonly string[] {
  const [first, ...more] = path;
  if (first === undefined) return rootMembers(c, root);
  if (root === 'event') return first === 'data' ? namesBelow(eventFields(c), more) : [];
  const declared: Readonly<Record<string, Fields>> = {
    inputs: c.inputs,
    vars: c.vars,
    data: answersOf(c.sources),
    contact: c.project.attributes,
    result: localFields(c, 'result'),
  };
  return Object.hasOwn(declared, root) ? namesBelow(declared[root], path) : [];
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
