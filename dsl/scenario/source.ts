/** A scenario file as it stands, once its shape was checked: the TypeScript side of `scenarioSchema`. */
import type { Json, JsonObject } from '../json.ts';

export interface SourceScenarios {
  readonly scenarios: string;
  readonly about?: string;
  readonly beside?: readonly string[];
  readonly given?: SourceGiven;
  readonly ignore?: readonly SourceIgnore[];
  readonly cases: readonly SourceScenario[];
}

export type SourceIgnore = 'messages';

export interface SourceGiven {
  readonly now?: string;
  readonly contact?: SourceContact;
  readonly others?: Readonly<Record<string, SourceContact>>;
  readonly data?: JsonObject;
  readonly failing?: Readonly<Record<string, SourceFailure>>;
  readonly slow?: Readonly<Record<string, string>>;
  readonly receipts?: 'at-once' | 'by-hand';
}

export interface SourceContact {
  readonly phone?: string;
  readonly email?: string;
  readonly webchat?: string;
  readonly locale?: string;
  readonly zone?: string;
  readonly attributes?: JsonObject;
}

export type SourceFailure =
  string | { readonly code: string; readonly status?: number; readonly reason?: string; readonly permanent?: boolean };

export interface SourceScenario {
  readonly case: string;
  readonly given?: SourceGiven;
  readonly ignore?: readonly SourceIgnore[];
  readonly with?: readonly JsonObject[];
  readonly transcript?: string;
  readonly steps: readonly SourceScenarioStep[];
}

/** Exactly one key. */
export interface SourceScenarioStep {
  readonly event?: { readonly type: string; readonly data?: Json; readonly id?: string };
  readonly reply?: string | { readonly text: string; readonly contact?: string; readonly from?: string };
  readonly receive?: { readonly type: string; readonly data?: JsonObject; readonly contact?: string };
  readonly advance?: string;
  readonly broadcast?: { readonly inputs?: JsonObject; readonly contact?: string; readonly definition?: string };
  readonly schedule?: {
    readonly list?: string;
    readonly at?: string;
    readonly inputs?: JsonObject;
    readonly contact?: string;
    readonly definition?: string;
  };
  readonly agent?: {
    readonly taken?: boolean;
    readonly reply?: string;
    readonly returned?: string;
    readonly name?: string;
  };
  readonly data?: JsonObject;
  readonly failing?: Readonly<Record<string, SourceFailure>>;
  readonly slow?: Readonly<Record<string, string>>;
  readonly says?: string | SourceSays;
  readonly emits?: { readonly type: string; readonly data?: Json };
  readonly ends?: string | SourceEnds;
  readonly waits?: string;
  readonly vars?: JsonObject;
  readonly happens?: { readonly type: string; readonly data?: Json };
  readonly 'no-message'?: true;
}

export interface SourceSays {
  readonly text?: string;
  readonly choices?: readonly string[];
  readonly connector?: string;
  readonly contact?: string;
  readonly at?: string;
  readonly data?: JsonObject;
}

export interface SourceEnds {
  readonly outcome?: string;
  readonly how?: 'completed' | 'failed' | 'expired' | 'cancelled';
  readonly code?: string;
  readonly definition?: string;
}
