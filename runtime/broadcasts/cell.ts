import { conform } from '../../dsl/expression/values.ts';
import type { Json } from '../../dsl/json.ts';
import type { ValueType } from '../../dsl/machine/value-types.ts';

/** What a cell of a CSV file says, in the declared type. Throws `ValueError`; `name` is what its message calls the cell. */
export function valueOfCell(type: ValueType, text: string, name: string): Json {
  return conform(type, candidate(type, text), name);
}

/** The JSON that the text may stand for; text where it stands for nothing, so that the refusal shows it. */
function candidate(type: ValueType, text: string): Json {
  if (type.type === 'integer' && /^[+-]?\d+$/.test(text)) return Number(text);
  if (type.type === 'number' && /^[+-]?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type.type === 'boolean') return BOOLEANS[text.toLowerCase()] ?? text;
  if (type.type === 'text' || !/^[[{]/.test(text)) return text;
  // Lists and objects are written as JSON.
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, yes: true, false: false, no: false };
