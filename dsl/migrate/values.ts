/** What a flow keeps, as another version of it declares it. */
import { conform, ValueError } from '../expression/values.ts';
import type { Json, JsonObject } from '../json.ts';
import type { ValueType } from '../machine/value-types.ts';
import { MigrationRefusal } from './refusal.ts';

type Declared = Readonly<Record<string, ValueType>>;

/** What has no value takes the default; what is not declared any more is dropped. */
export function carryVariables(declared: Declared, kept: JsonObject): JsonObject {
  const carried: Record<string, Json> = {};
  for (const [name, type] of Object.entries(declared)) {
    const value = kept[name] ?? type.default;
    if (value !== undefined) carried[name] = fitting(type, value, `vars.${name}`);
  }
  return carried;
}

/** As `carryVariables`, but each must have a value that is not optional. */
export function carryInputs(declared: Declared, kept: JsonObject): JsonObject {
  const carried: Record<string, Json> = {};
  for (const [name, type] of Object.entries(declared)) {
    const value = kept[name] ?? type.default;
    if (value !== undefined) carried[name] = fitting(type, value, `inputs.${name}`);
    else if (!type.optional) {
      throw new MigrationRefusal(
        'input-missing',
        `inputs.${name} is new, has no default, and nothing gives it a value`,
      );
    }
  }
  return carried;
}

function fitting(type: ValueType, value: Json, name: string): Json {
  try {
    return conform(type, value, name);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new MigrationRefusal('value-misfits', error.message);
  }
}
