/** `T` with every field read-only, at every depth: events are facts. */
export type Immutable<T> = unknown extends T
  ? T
  : T extends string | number | boolean
    ? T
    : { readonly [Key in keyof T]: Immutable<T[Key]> };
