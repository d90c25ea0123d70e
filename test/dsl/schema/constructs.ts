/** What the language offers, and what of it a file uses, told by the schema itself so that nothing is forgotten. */
import type { Json } from '../../../dsl/json.ts';
import type { Schema } from '../../../dsl/schema/schema.ts';
import { kindOf, meaningOf, memberSchema } from '../../../dsl/schema/walk.ts';

/**
 * A key, `delay.until`, or one of several words that a value may be, `start.again: restart`: what the schema says there.
 * What it says once for several places is one construct, named after the first: the actions on a way, the names of types.
 */
type Constructs = ReadonlyMap<string, Mark>;

/** Of a key its schema; of a word the list that it is in, which may stand in several schemas. */
interface Mark {
  readonly said: object;
  readonly word?: string;
}

function constructsOf(root: Schema): Constructs {
  const constructs = new Map<string, Mark>();
  const seen = new Set<object>();
  const isNew = (said: object): boolean => !seen.has(said) && seen.add(said).has(said);
  const visit = (schema: Schema, name: string): void => {
    const part = schema.$ref?.slice('#/$defs/'.length);
    const target = part === undefined ? undefined : root.$defs?.[part];
    if (part !== undefined && target) visit(target, part);
    if (!isNew(schema)) return;
    const { enum: words, properties = {}, additionalProperties: more, items, then, else: otherwise } = schema;
    if (words && isNew(words)) for (const word of words) constructs.set(`${name}: ${word}`, { said: words, word });
    for (const [key, member] of Object.entries(properties)) {
      if (!seen.has(member)) constructs.set(`${name}.${key}`, { said: member });
      visit(member, `${name}.${key}`);
    }
    for (const inner of [then, otherwise, items, more]) if (typeof inner === 'object') visit(inner, name);
  };
  visit(root, root.title?.toLowerCase() ?? '');
  return constructs;
}

/** Collects what files use, of whatever kind they are. */
export class UsedConstructs {
  readonly #words = new Map<object, Set<unknown>>();

  /** `root`: the schema of such files. */
  add(value: Json, root: Schema, schema: Schema = root): void {
    const meaning = meaningOf(root, schema, kindOf(value));
    for (const said of new Set([schema, meaning.schema, meaning.schema.enum])) if (said) this.#use(said, value);
    if (Array.isArray(value)) {
      for (const item of value as readonly Json[]) if (meaning.schema.items) this.add(item, root, meaning.schema.items);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        const inner = memberSchema(meaning, key);
        if (inner) this.add(member, root, inner);
      }
    }
  }

  /** Whether some value was what this part of the language describes. */
  has(part: Schema): boolean {
    return [part, part.then, part.else].some((said) => said && this.#words.has(said));
  }

  /** Names of what no file used, of all that such files offer. */
  missing(root: Schema): readonly string[] {
    return [...constructsOf(root)].flatMap(([name, { said, word }]) => {
      const used = this.#words.get(said);
      return used && (word === undefined || used.has(word)) ? [] : [name];
    });
  }

  #use(said: object, word: unknown): void {
    this.#words.set(said, (this.#words.get(said) ?? new Set()).add(word));
  }
}
