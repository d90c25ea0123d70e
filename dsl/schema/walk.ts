/** From a place in a file to what the schema says about it: for tools that must understand files that are not (yet) right. */
import type { Json } from '../json.ts';
import type { Kind, Schema } from './schema.ts';

/** What the schema says about one value. */
export interface Meaning {
  /** Without references and conditions. */
  readonly schema: Schema;
  /** The part of the language that it is, such as `expression` or `step`; the innermost where parts are made of parts. */
  readonly part?: string;
  /** The nearest to the place: what the key says of it goes before what its part says. */
  readonly description?: string;
  readonly expected?: string;
  readonly beside?: readonly string[];
}

/** A value can be a text or a map of more detail: `kind` chooses. Of an unknown kind it is the more detailed. */
export function meaningOf(root: Schema, schema: Schema, kind?: Kind): Meaning {
  let found: Meaning = { schema };
  let current: Schema | undefined = schema;
  while (current) {
    const {
      description = current.description,
      expected = current.expected,
      beside = current.beside,
      part,
    }: Meaning = found;
    const name: string | undefined = current.$ref === undefined ? part : nameOf(current.$ref);
    found = {
      schema: current,
      ...(name === undefined ? {} : { part: name }),
      ...(description === undefined ? {} : { description }),
      ...(expected === undefined ? {} : { expected }),
      ...(beside === undefined ? {} : { beside }),
    };
    if (current.$ref !== undefined) current = root.$defs?.[nameOf(current.$ref)];
    else if (current.if) current = matches(current.if, kind) ? current.then : current.else;
    else break;
  }
  return found;
}

/** What the schema says about a place in a value; undefined where it says nothing. */
export function meaningAt(root: Schema, value: Json, path: readonly string[]): Meaning | undefined {
  let meaning = meaningOf(root, root, kindOf(value));
  let inner: Json | undefined = value;
  for (const segment of path) {
    const schema = Array.isArray(inner) ? meaning.schema.items : memberSchema(meaning, segment);
    inner = typeof inner === 'object' ? (inner as Readonly<Record<string, Json>> | null)?.[segment] : undefined;
    if (!schema || inner === undefined) return undefined;
    meaning = meaningOf(root, schema, kindOf(inner));
  }
  return meaning;
}

export function kindOf(value: Json): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const kind = typeof value;
  return kind === 'string' || kind === 'number' || kind === 'boolean' ? kind : 'object';
}

/** What the schema says about the value under a key of a map; undefined where it says nothing, as of an author's data. */
export function memberSchema({ schema }: Meaning, key: string): Schema | undefined {
  const known = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties?.[key] : undefined;
  if (known) return known;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

function matches({ type }: Schema, kind: Kind | undefined): boolean {
  return kind !== undefined && type !== undefined && [type].flat().includes(kind);
}

function nameOf(reference: string): string {
  return reference.slice('#/$defs/'.length);
}
