/** Data with `${…}` in it: what `set`, `emit` and a start's `inputs` hold. */
import type { Place } from '../expression/environment.ts';
import { conform, ValueError } from '../expression/values.ts';
import type { Json } from '../json.ts';
import type { Value } from '../machine/expressions.ts';
import type { ValueType } from '../machine/value-types.ts';
import type { Key } from '../parse/tree.ts';
import { parseTemplate } from '../text/template.ts';
import type { Compilation } from './compilation.ts';
import { checkExpression, locatorOf, type CheckedType } from './expressions.ts';
import { called } from './type-names.ts';
import { compileParts } from './texts.ts';

/** A value of any type. */
export function compileValue(c: Compilation, place: Place, container: object, key: Key): Value {
  return compileTyped(c, place, container, key).value;
}

/** A value for something declared: reports where it can not have that type. */
export function compileValueOf(c: Compilation, place: Place, container: object, key: Key, type: ValueType): Value {
  const { value, celType } = compileTyped(c, place, container, key);
  const range = c.tree.valueRange(container, key);
  if ('literal' in value) {
    const problem = mismatchOf(type, value.literal, `"${key}"`);
    if (problem !== undefined) c.report.add('value-mismatch', range, problem, { expected: describe(type) });
  } else if (celType !== undefined && !accepts(type, celType)) {
    c.report.add('value-mismatch', range, `"${key}" would get ${called(celType)}`, {
      expected: describe(type),
      suggestion: conversion(type, celType),
    });
  }
  return value;
}

/** What is wrong with a literal; undefined where nothing is. */
export function mismatchOf(type: ValueType, json: Json, name: string): string | undefined {
  try {
    conform(type, json, name);
    return undefined;
  } catch (error) {
    if (error instanceof ValueError) return error.message;
    throw error;
  }
}

interface Typed {
  readonly value: Value;
  /** Where it is known. */
  readonly celType?: CheckedType;
}

function compileTyped(c: Compilation, place: Place, container: object, key: Key): Typed {
  const json = (container as Readonly<Record<Key, Json>>)[key] ?? null;
  if (typeof json === 'string') return compileString(c, place, container, key, json);
  if (typeof json !== 'object' || json === null) return { value: { literal: json } };
  if (Array.isArray(json)) {
    const list = json.map((_, index) => compileTyped(c, place, json, index).value);
    return list.every((item) => 'literal' in item)
      ? { value: { literal: list.map((item) => item.literal) } }
      : { value: { list }, celType: 'list' };
  }
  const members = Object.keys(json).map((member) => [member, compileTyped(c, place, json, member).value] as const);
  if (members.every((member): member is readonly [string, { literal: Json }] => 'literal' in member[1])) {
    return { value: { literal: Object.fromEntries(members.map(([name, { literal }]) => [name, literal])) } };
  }
  return { value: { map: Object.fromEntries(members) }, celType: 'map' };
}

/** A text that is exactly one `${…}` keeps the type of its value. */
function compileString(c: Compilation, place: Place, container: object, key: Key, text: string): Typed {
  const template = parseTemplate(text);
  if ('pieces' in template) {
    const [piece, ...more] = template.pieces;
    if (piece?.kind === 'expression' && more.length === 0) {
      const { locate, range } = locatorOf(c, container, key, text);
      const celType = checkExpression(c, place, piece.source, (index) => locate(piece.start + index), range);
      return { value: { cel: piece.source }, celType };
    }
    if (template.pieces.every(({ kind }) => kind === 'text')) {
      return {
        value: { literal: template.pieces.map((literal) => (literal.kind === 'text' ? literal.text : '')).join('') },
      };
    }
  }
  return { value: { text: compileParts(c, place, container, key, text) }, celType: 'string' };
}

const ACCEPTED = {
  text: ['string'],
  integer: ['int', 'uint'],
  number: ['double', 'int', 'uint'],
  boolean: ['bool'],
  time: ['google.protobuf.Timestamp'],
  duration: ['google.protobuf.Duration'],
  date: ['date'],
  money: ['money'],
  phone: ['string'],
  email: ['string'],
} as const;

/** Their own form is a text, and any text may be one. */
const TEXTUAL: ReadonlySet<string> = new Set(['time', 'duration', 'date', 'money']);

function accepts(type: ValueType, celType: string): boolean {
  if (celType === 'dyn') return true;
  if (type.type === 'list') return celType.startsWith('list');
  if (type.type === 'object') return celType.startsWith('map') || celType.startsWith('$');
  if (celType === 'string' && TEXTUAL.has(type.type)) return true;
  if (type.type === 'money' && celType.startsWith('map')) return true;
  return (ACCEPTED[type.type] as readonly string[]).includes(celType);
}

function conversion(type: ValueType, celType: string): string | undefined {
  if (type.type === 'integer' && (celType === 'double' || celType === 'string')) return 'int(…)';
  if (type.type === 'number' && celType === 'string') return 'double(…)';
  if (type.type === 'date' && celType === 'google.protobuf.Timestamp') return '(…).date()';
  if (type.type === 'time' && celType === 'date') return '(…).at("09:00")';
  if (type.type === 'money' && celType === 'int') return `money(…, "${type.currency}")`;
  if (type.type === 'text' && (celType === 'int' || celType === 'double' || celType === 'bool')) return 'string(…)';
  return undefined;
}

export function describe(type: ValueType): string {
  switch (type.type) {
    case 'text':
      return type.enum ? `one of ${type.enum.join(', ')}` : 'a text';
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'time':
      return 'a time';
    case 'duration':
      return 'a duration';
    case 'date':
      return 'a date';
    case 'money':
      return `an amount in ${type.currency}`;
    case 'phone':
      return 'a phone number';
    case 'email':
      return 'an e-mail address';
    case 'list':
      return 'a list';
    case 'object':
      return 'an object';
  }
}
