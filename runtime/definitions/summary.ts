import type { PublishedDefinition } from './published.ts';

/** A definition as people see it. */
export interface DefinitionSummary {
  readonly name: string;
  /** `stored`: published, and never put in force. */
  readonly state: 'in-force' | 'retired' | 'stored';
  /** What new conversations start by. */
  readonly version: string | undefined;
  /** Where a rollback leads. */
  readonly before: string | undefined;
  /** Newest first. */
  readonly versions: readonly VersionSummary[];
}

export interface VersionSummary {
  readonly version: string;
  readonly machine: string;
  /** RFC 3339. */
  readonly publishedAt: string;
  /** Conversations under way; undefined where the store does not tell. */
  readonly running: number | undefined;
}

/** Conversations under way, per machine. */
export type Running = ReadonlyMap<string, number>;

export function summaryOf(definition: PublishedDefinition, running: Running | undefined): DefinitionSummary {
  const { name, versions, inForce, before, isRetired } = definition;
  return {
    name,
    state: inForce ? 'in-force' : isRetired ? 'retired' : 'stored',
    version: inForce?.machine.version,
    before: before?.machine.version,
    versions: versions.toReversed().map(({ machine: { version, hash }, publishedAtMs }) => ({
      version,
      machine: hash,
      publishedAt: new Date(publishedAtMs).toISOString(),
      running: running && (running.get(hash) ?? 0),
    })),
  };
}
