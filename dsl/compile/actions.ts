import { isReservedType } from '../../channels/type-name.ts';
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Value } from '../machine/expressions.ts';
import type { Choice } from '../machine/message.ts';
import type { ValueType } from '../machine/value-types.ts';
import type { SourceEmit, SourceValues, SourceWay } from '../schema/source.ts';
import { positionOf, type Compilation } from './compilation.ts';
import type { Scope } from './scope.ts';
import { compileMessage } from './messages.ts';
import { compileUpdate } from './update.ts';
import { compileValue, compileValueOf } from './values.ts';

/** `say`, `set`, `emit`, `update`: what happens without leaving the line. */
export function compileSimple(scope: Scope, way: SourceWay, key: string, choices?: readonly Choice[]): void {
  const { c, layout, state } = scope;
  const position = positionOf(c, way, key);
  if (key === 'say') {
    const message = compileMessage(c, way, 'say');
    layout.add(state, position, () => ({ op: 'say', ...message, ...(choices ? { choices } : {}) }));
  } else if (key === 'set' && way.set) {
    const values = compileSet(c, way.set);
    layout.add(state, position, () => ({ op: 'set', values }));
  } else if (key === 'emit' && way.emit) {
    const { type } = way.emit;
    const data = compileEmit(c, way.emit);
    layout.add(state, position, () => ({ op: 'emit', type, data }));
  } else if (key === 'update' && way.update) {
    const update = compileUpdate(c, way.update);
    layout.add(state, position, () => ({ op: 'update', ...update }));
  }
}

function compileSet(c: Compilation, set: SourceValues): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const name of Object.keys(set)) {
    const type = c.vars[name];
    if (type) values[name] = compileValueOf(c, 'flow', set, name, type);
    else
      c.report.add('variable-unknown', c.tree.keyRange(set, name), `"${name}" is not among the vars`, {
        suggestion: nearest(name, Object.keys(c.vars)),
      });
  }
  return values;
}

function compileEmit(c: Compilation, emit: SourceEmit): Value {
  if (isReservedType(emit.type)) {
    c.report.add('event-type-reserved', c.tree.valueRange(emit, 'type'), `"${emit.type}" is an event of the platform`, {
      expected: 'a type of your own such as com.example.order.placed',
    });
  }
  const fields = Object.hasOwn(c.events, emit.type) ? c.events[emit.type] : undefined;
  if (fields) checkFields(c, emit, fields);
  return emit.data ? compileValue(c, 'flow', emit, 'data') : { literal: {} };
}

/** The data of an event that is declared: nothing else, and all that is needed. */
function checkFields(c: Compilation, emit: SourceEmit, fields: Readonly<Record<string, ValueType>>): void {
  const { data = {} } = emit;
  for (const name of Object.keys(data)) {
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (type) compileValueOf(c, 'flow', data, name, type);
    else
      c.report.add('value-mismatch', c.tree.keyRange(data, name), `"${emit.type}" has no "${name}"`, {
        expected: `one of ${Object.keys(fields).join(', ')}`,
        suggestion: nearest(name, Object.keys(fields)),
      });
  }
  const needed = Object.entries(fields).filter(([, type]) => type.default === undefined && !type.optional);
  const missing = needed.filter(([name]) => !Object.hasOwn(data, name)).map(([name]) => `"${name}"`);
  if (missing.length > 0)
    c.report.add('value-mismatch', c.tree.valueRange(emit, 'type'), `this "${emit.type}" lacks ${missing.join(', ')}`, {
      expected: 'what "events" says of it',
    });
}
