import type { Millis } from '../../channels/brands.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import type { StoredPublication } from '../history/stored-definitions.ts';
import type { Summary } from './summary.ts';
import type { UnstartedPeople } from './unstarted.ts';

/** What a worker is told before anything else. */
export interface Work {
  /** The changed definitions. */
  readonly machines: readonly Machine[];
  readonly publications: readonly StoredPublication[];
  readonly unstarted: UnstartedPeople;
  /** What the company called itself last. */
  readonly company: string;
  readonly from: Millis;
  readonly to: Millis;
  /** Only conversations on record are compared, with ids up to this one. */
  readonly upTo?: string;
  /** Also make a scenario of each first divergence. */
  readonly withSessions: boolean;
}

export type WorkerRequest =
  /** Whole contacts, a row a line. */
  { readonly kind: 'rows'; readonly rows: Uint8Array } | { readonly kind: 'finish' };

export type WorkerAnswer = { readonly kind: 'done' } | { readonly kind: 'summary'; readonly summary: Summary };
