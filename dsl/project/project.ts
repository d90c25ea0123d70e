/** What a project says for all its definitions: the file project.yaml. */
import type { SendPolicy } from '../machine/send-policy.ts';
import type { EventTypes, ValueType } from '../machine/value-types.ts';

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
  /** By type: the fields of its data. */
  readonly events?: EventTypes;
  /** Paths of shared files that all definitions see. */
  readonly imports?: readonly string[];
  /** By name: on which its conversations are held; undefined where the project does not say. */
  readonly connectors?: ProjectConnectors;
  /** Names; undefined where the project does not list them. */
  readonly secrets?: readonly string[];
}

export type ProjectConnectors = Readonly<Record<string, ProjectConnector>>;

/** What is undefined the project does not say. */
export interface ProjectConnector {
  /** How far it tells what became of a message. */
  readonly receipts?: 'sent' | 'delivered';
  /** How long after a person's message it takes messages that are no templates. */
  readonly replyWindowMs?: number;
}

export const NO_PROJECT: Project = { attributes: {} };
