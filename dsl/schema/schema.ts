/** The vocabulary in which the language's schema is written: JSON Schema 2020-12 and annotations of our own. */
export interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly title?: string;
  /** Goes into the reference and into editors. */
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly type?: Kind | readonly Kind[];
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly items?: Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
  /** What an author should write there, for diagnostics. */
  readonly expected?: string;
  /** Keys that the language reserves there for constructs of a later version. */
  readonly later?: readonly string[];
  /** Keys of the map around it that are easily taken for its own: they stand beside the key whose value it is. */
  readonly beside?: readonly string[];
  /** Words of other languages for what has another name there. */
  readonly instead?: Readonly<Record<string, string>>;
}

/** What only the checker reads. */
const ANNOTATIONS: ReadonlySet<string> = new Set<keyof Schema>(['expected', 'later', 'beside', 'instead']);

/** As editors read it. */
export function publishedSchema(schema: Schema): string {
  return `${JSON.stringify(schema, (key, value: unknown) => (ANNOTATIONS.has(key) ? undefined : value), 2)}\n`;
}

export type Kind = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object';

/** A text, or the same thing in more detail. */
export function textOr(text: Schema, detail: Schema, annotations: Schema = {}): Schema {
  const kind = detail.type === 'array' ? 'array' : 'object';
  return { ...annotations, type: ['string', kind], if: { type: 'string' }, then: text, else: detail };
}

export function ref(name: string, description?: string, annotations: Schema = {}): Schema {
  return { $ref: `#/$defs/${name}`, ...(description === undefined ? {} : { description }), ...annotations };
}

export function list(items: Schema, annotations: Schema = {}): Schema {
  return { type: 'array', minItems: 1, items, ...annotations };
}

export function map(properties: Readonly<Record<string, Schema>>, annotations: Schema = {}): Schema {
  return { type: 'object', properties, additionalProperties: false, ...annotations };
}
