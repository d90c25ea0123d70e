/** `with`: what a call or a fetch gives to what declares inputs. */
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Value } from '../machine/expressions.ts';
import type { ValueType } from '../machine/value-types.ts';
import type { SourceValues } from '../schema/source.ts';
import type { Compilation } from './compilation.ts';
import { compileValueOf } from './values.ts';

/** `key` holds the name of what is used; `source` may hold `with`. */
export function compileInputsOf(
  c: Compilation,
  source: { readonly with?: SourceValues },
  key: 'call' | 'fetch',
  name: string,
  inputs: Readonly<Record<string, ValueType>>,
): Record<string, Value> {
  const given = source.with ?? {};
  const values: Record<string, Value> = {};
  for (const input of Object.keys(given)) {
    const type = inputs[input];
    if (type) values[input] = compileValueOf(c, 'flow', given, input, type);
    else
      c.report.add('input-unknown', c.tree.keyRange(given, input), `"${name}" has no input "${input}"`, {
        suggestion: nearest(input, Object.keys(inputs)),
      });
  }
  const missing = Object.entries(inputs)
    .filter(([input, type]) => !Object.hasOwn(given, input) && type.default === undefined && !type.optional)
    .map(([input]) => `"${input}"`);
  if (missing.length > 0) {
    c.report.add('input-missing', c.tree.keyRange(source, key), `"${name}" is not given ${missing.join(', ')}`);
  }
  return values;
}
