import type { Json } from '../json.ts';

/** CEL source. */
export type Expression = string;

/** A text in pieces: literal, or an expression whose value is shown. */
export type Parts = readonly (string | { readonly cel: Expression })[];

/** Per locale. A text that is the same everywhere has only the first locale's entry. */
export type Text = Readonly<Record<string, Parts>>;

/** Data with expressions in it. `cel` keeps the type of its value; `text` is always text. */
export type Value =
  | { readonly literal: Json }
  | { readonly cel: Expression }
  | { readonly text: Parts }
  | { readonly list: readonly Value[] }
  | { readonly map: Readonly<Record<string, Value>> };
