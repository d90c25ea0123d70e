/** The JSON Schema keywords that the catalogue uses (draft 2020-12), and the builders that keep its files readable. */
export interface DataSchema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, DataSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: DataSchema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: 'date-time';
  readonly minLength?: number;
  readonly minimum?: number;
  /** The value is, or may hold, personal data: what erasing a contact must make unreadable. */
  readonly personal?: true;
  /** The generated TypeScript type, where it is narrower than the schema's own (a brand). */
  readonly tsType?: string;
}

type Fields = Readonly<Record<string, DataSchema>>;

/** An object of exactly these fields. A field once released stays, with its type: see `released.json`. */
export function object(required: Fields, optional: Fields = {}, description?: string): DataSchema {
  return {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    additionalProperties: false,
    properties: { ...required, ...optional },
    ...(Object.keys(required).length === 0 ? {} : { required: Object.keys(required) }),
  };
}

/** An object whose fields a customer chooses. */
export function freeObject(description: string): DataSchema {
  return { type: 'object', description, additionalProperties: true };
}

export function list(items: DataSchema, description: string): DataSchema {
  return { type: 'array', description, items };
}

export function text(description: string): DataSchema {
  return { type: 'string', description };
}

/** A text that is never empty: a name, an id, a code. */
export function name(description: string): DataSchema {
  return { type: 'string', description, minLength: 1 };
}

export function oneOf(values: readonly string[], description: string): DataSchema {
  return { type: 'string', description, enum: values };
}

export function count(description: string): DataSchema {
  return { type: 'integer', description, minimum: 0 };
}

/** A whole number, below 0 too. */
export function integer(description: string): DataSchema {
  return { type: 'integer', description };
}

export function flag(description: string): DataSchema {
  return { type: 'boolean', description };
}

/** RFC 3339, as in an event's own `time`. */
export function time(description: string): DataSchema {
  return { type: 'string', description, format: 'date-time' };
}

/** Any JSON value. */
export function anything(description: string): DataSchema {
  return { description };
}

export function personal(schema: DataSchema): DataSchema {
  return { ...schema, personal: true };
}
