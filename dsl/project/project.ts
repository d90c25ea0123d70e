/** What a project says for all its definitions: the file project.yaml. */
import type { SendPolicy, ValueType } from '../machine.ts';

/** Named so because parlance.yaml is the platform's own configuration. */
export const PROJECT_FILE = 'project.yaml';

export interface Project {
  readonly name?: string;
  /** Of definitions that name none of their own. */
  readonly locales?: readonly string[];
  readonly zone?: string;
  readonly country?: string;
  readonly lifetimeMs?: number;
  readonly send?: SendPolicy;
  /** What may be known of people besides locale and zone. */
  readonly attributes: Readonly<Record<string, ValueType>>;
  /** Paths of shared files that all definitions see. */
  readonly imports?: readonly string[];
  /** On which its conversations are held; undefined where the project does not say. */
  readonly connectors?: ProjectConnectors;
  /** Names; undefined where the project does not list them. */
  readonly secrets?: readonly string[];
}

/** By name: how far a connector tells what became of a message. */
export type ProjectConnectors = Readonly<Record<string, { readonly receipts: 'sent' | 'delivered' }>>;

export const NO_PROJECT: Project = { attributes: {} };
