/** Which of the project's attributes a machine uses: another one makes no new version of it. */
import type { Flow } from '../machine/flow.ts';
import type { Machine } from '../machine/machine.ts';
import type { ValueType } from '../machine/value-types.ts';

export function usedAttributes(
  { flows, starts }: Pick<Machine, 'flows' | 'starts'>,
  declared: Readonly<Record<string, ValueType>>,
): Pick<Machine, 'attributes'> {
  const names = Object.keys(declared);
  if (names.length === 0) return {};
  const text = JSON.stringify([flows, starts]);
  const updated = new Set(Object.values(flows).flatMap(updatedIn));
  const used = names.filter((name) => updated.has(name) || new RegExp(`\\bcontact\\??\\.${name}\\b`).test(text));
  // In brackets a name may be made by an expression.
  const isOpen = /\bcontact\s*(?:\[|\.\s)/.test(text) || /[^.\w]contact\s*[^.\s\w"]/.test(text);
  const kept = Object.entries(declared).filter(([name]) => isOpen || used.includes(name));
  return kept.length === 0 ? {} : { attributes: Object.fromEntries(kept) };
}

function updatedIn({ nodes }: Flow): readonly string[] {
  return nodes.flatMap((node) => (node.op === 'update' ? Object.keys(node.attributes) : []));
}
