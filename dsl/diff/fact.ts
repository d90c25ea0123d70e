export type FactKind = 'text' | 'choice' | 'words' | 'timing' | 'path' | 'start' | 'input' | 'setting' | 'logic';

/** Something single of a machine that a person, an author or another system would notice. */
export interface Fact {
  readonly kind: FactKind;
  readonly where: string;
  readonly locale?: string;
  readonly value: string;
}
