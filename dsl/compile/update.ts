/** `update`: what is known of the contact. */
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Value } from '../machine/expressions.ts';
import type { UpdateNode } from '../machine/nodes.ts';
import type { ValueType } from '../machine/value-types.ts';
import type { SourceValues } from '../schema/source.ts';
import type { Compilation } from './compilation.ts';
import { compileValueOf } from './values.ts';
import { isZone } from './zones.ts';

const TEXT: ValueType = { type: 'text' };

export function compileUpdate(c: Compilation, update: SourceValues): Omit<UpdateNode, 'op'> {
  const { attributes: declared } = c.project;
  const own: { locale?: Value; zone?: Value } = {};
  const attributes: Record<string, Value> = {};
  for (const name of Object.keys(update)) {
    const type = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (name === 'locale' || name === 'zone') own[name] = compileOwn(c, update, name);
    else if (type) attributes[name] = compileValueOf(c, 'flow', update, name, type);
    else reportUnknown(c, update, name);
  }
  return { ...own, attributes };
}

function compileOwn(c: Compilation, update: SourceValues, name: 'locale' | 'zone'): Value {
  const value = compileValueOf(c, 'flow', update, name, TEXT);
  if (!('literal' in value) || typeof value.literal !== 'string') return value;
  const range = c.tree.valueRange(update, name);
  if (name === 'zone' && !isZone(value.literal)) {
    c.report.add('zone-unknown', range, `"${value.literal}" is no time zone`, {
      expected: 'an IANA name such as America/New_York',
    });
  }
  if (name === 'locale' && !c.locales.includes(value.literal)) {
    c.report.add('locale-unknown', range, `"${value.literal}" is not among the locales`, {
      expected: `one of ${c.locales.join(', ')}`,
      suggestion: nearest(value.literal, c.locales),
    });
  }
  return value;
}

function reportUnknown(c: Compilation, update: SourceValues, name: string): void {
  const known = ['locale', 'zone', ...Object.keys(c.project.attributes)];
  const message = `"${name}" is no attribute that the project declares`;
  c.report.add('attribute-unknown', c.tree.keyRange(update, name), message, {
    expected: `one of ${known.join(', ')}; others under "contact" in project.yaml`,
    suggestion: nearest(name, known),
  });
}
