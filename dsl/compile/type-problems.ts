/** What CEL says of types that do not fit together, in the author's terms. */
import type { Environment } from '@marcbachmann/cel-js';
import { nearest } from '../diagnostics/did-you-mean.ts';
import { PATTERN_METHOD } from '../expression/parse.ts';
import { called } from './type-names.ts';

interface Mismatch {
  readonly message: string;
  readonly suggestion?: string | undefined;
  readonly expected?: string | undefined;
}

/** `int + string`. */
export function operatorMismatch(summary: string): Mismatch | undefined {
  const [, left, operator = '', right] = /^no such overload: (\S+) (\S+) (\S+)$/i.exec(summary) ?? [];
  if (left === undefined || right === undefined) return undefined;
  return {
    message: `this does not work: ${called(left)} ${operator} ${called(right)}`,
    suggestion: conversion(left, operator, right),
  };
}

const NUMBERS: readonly string[] = ['int', 'double'];
const TIME = 'google.protobuf.Timestamp';

function conversion(left: string, operator: string, right: string): string | undefined {
  const sides = [left, right];
  if (sides.every((side) => NUMBERS.includes(side))) return 'double(…) around the whole number';
  if (left === TIME && ['+', '-'].includes(operator)) return 'a duration, such as duration("24h")';
  if (sides.includes('string') && sides.some((side) => NUMBERS.includes(side))) return 'string(…) around the number';
  return undefined;
}

/** Words of other languages for functions that have another name here. */
const INSTEAD: Readonly<Record<string, string>> = {
  toUpperCase: 'upperAscii',
  upper: 'upperAscii',
  toLowerCase: 'lowerAscii',
  lower: 'lowerAscii',
  length: 'size',
  len: 'size',
  count: 'size',
  includes: 'contains',
};

/** CEL has them; nothing that an author writes needs them. */
const HIDDEN: ReadonlySet<string> = new Set(['bytes', 'dyn', 'type', 'uint']);

/** `time.format()`, `upper(string)`: a function that is not there, or takes something else. */
export function functionMismatch(environment: Environment, summary: string): Mismatch | undefined {
  const found = /^found no matching overload for '(?:(.+)\.)?(\w+)\((.*)\)'$/i.exec(summary);
  if (!found) return undefined;
  const [, receiver, name = '', given = ''] = found;
  const { functions } = environment.getDefinitions();
  const own = functions.filter(({ receiverType }) => familyOf(receiverType ?? '') === familyOf(receiver ?? ''));
  const owner = receiver === undefined ? undefined : called(receiver);
  const same = own.filter((one) => one.name === name);
  if (same.length > 0) {
    const what = `"${shown(name)}"${owner === undefined ? '' : ` of ${owner}`}`;
    const taken = given.split(/, (?![^<]*>)/).map(called);
    const message = given === '' ? `${what} needs something in its ( )` : `${what} does not take ${taken.join(', ')}`;
    const forms = same.map(({ params }) => `${shown(name)}(${params.map(({ type }) => called(type)).join(', ')})`);
    return { message, expected: [...new Set(forms)].join(' or ') };
  }
  const names = [...new Set(own.map((one) => shown(one.name)))].filter((one) => !HIDDEN.has(one)).sort();
  const meant = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined;
  const isMethod = receiver === undefined && functions.some((one) => one.name === (meant ?? name) && one.receiverType);
  return {
    message: owner === undefined ? `there is no function "${name}"` : `${owner} has no function "${name}"`,
    suggestion: isMethod ? `VALUE.${meant ?? name}()` : (meant ?? nearest(name, names)),
    ...(names.length === 0 ? {} : { expected: `one of ${names.join(', ')}` }),
  };
}

/** A list or map of whatever it holds. */
function familyOf(type: string): string {
  return type.replace(/^\$.*/, 'map').replace(/<.*/, '');
}

function shown(name: string): string {
  return name === PATTERN_METHOD ? 'matches' : name;
}

/** `name.length`: what is no object has no fields. */
export function noFields(summary: string, name: string): Mismatch | undefined {
  const [, type] = /^cannot index type '(.+)'/i.exec(summary) ?? [];
  if (type === undefined) return undefined;
  const meant = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined;
  return {
    message: `${called(type)} has no "${name}"`,
    suggestion: meant === undefined ? undefined : `${meant}()`,
  };
}

/** Any other message, with our names of types. */
export function inWords(summary: string): string {
  return summary
    .replaceAll('google.protobuf.Timestamp', 'time')
    .replaceAll('google.protobuf.Duration', 'duration')
    .replaceAll(PATTERN_METHOD, 'matches')
    .replace(/^(\w)/, (first) => first.toLowerCase());
}
