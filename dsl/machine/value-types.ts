import type { Json } from '../json.ts';

/** By type of event: the fields of its data. */
export type EventTypes = Readonly<Record<string, Readonly<Record<string, ValueType>>>>;

/** The declared type of an input or variable. */
export type ValueType = (
  | TextType
  | ({ readonly type: 'integer' | 'number' } & Bounds)
  /** Bounds in milliseconds. */
  | ({ readonly type: 'duration' } & Bounds)
  | ({ readonly type: 'money'; readonly currency: string } & Bounds)
  | { readonly type: 'boolean' | 'time' | 'email' }
  | { readonly type: 'date'; readonly minimum?: string; readonly maximum?: string }
  /** `country`: of numbers without `+`. */
  | { readonly type: 'phone'; readonly country?: string }
  | { readonly type: 'list'; readonly of: ValueType }
  | { readonly type: 'object'; readonly fields: Readonly<Record<string, ValueType>> }
) & {
  readonly default?: Json;
  readonly optional?: true;
};

export interface TextType {
  readonly type: 'text';
  readonly enum?: readonly string[];
  /** Of the whole text. */
  readonly pattern?: string;
  /** Characters as people count them: code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** Both included; money in the smallest unit of its currency. */
export interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
}
