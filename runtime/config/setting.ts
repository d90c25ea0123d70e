/** One key. `writeOnly` marks a secret: it is redacted when printed and may come from a file. */
export interface SettingSchema {
  readonly type: 'string' | 'integer' | 'boolean' | 'array';
  readonly description: string;
  readonly default?: string | number | boolean | readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: {
    readonly type: 'string';
    readonly enum?: readonly string[];
    readonly minLength?: number;
    readonly pattern?: string;
  };
  readonly writeOnly?: boolean;
  /** What a value that does not match should have been, in a person's words. */
  readonly 'x-expected'?: string;
}

export interface SectionSchema {
  readonly type: 'object';
  readonly description: string;
  readonly additionalProperties: false;
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, SettingSchema>>;
}

export interface ConfigurationSchema {
  readonly $schema: string;
  readonly title: string;
  readonly description: string;
  readonly type: 'object';
  readonly additionalProperties: false;
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, SettingSchema | SectionSchema>>;
}
