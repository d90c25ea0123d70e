/** A definition as it stands in a file, once its shape was checked: the TypeScript side of `definitionSchema`. */
import type { Json } from '../json.ts';

/** `mon-fri`, or a list of such. */
export type SourceDays = string | readonly string[];

export type SourceText = string | Readonly<Record<string, string>>;
export type SourceMessage = string | SourceMessageDetail;
export interface SourceMessageDetail {
  readonly text?: SourceText;
  readonly use?: string;
  readonly media?: readonly { readonly url: string; readonly alt?: SourceText }[];
  readonly template?: { readonly name: string; readonly with?: SourceValues };
  readonly sms?: { readonly text: SourceText };
  readonly email?: { readonly text?: SourceText; readonly subject?: SourceText; readonly html?: SourceText };
  readonly webchat?: { readonly text: SourceText };
}
export type SourceWords = string | readonly string[];
export type SourceMatch = SourceWords | Readonly<Record<string, SourceWords>>;
export type SourceValues = Readonly<Record<string, Json>>;

export interface SourceDefinition extends SourceBody {
  readonly conversation: string;
  readonly about?: string;
  readonly locales?: readonly string[];
  readonly zone?: string;
  readonly country?: string;
  readonly lifetime?: string;
  readonly priority?: number;
  readonly busy?: 'start' | 'queue' | 'skip';
  readonly start: readonly SourceStart[];
  readonly data?: Readonly<Record<string, SourceDataSource>>;
  readonly failed?: SourceWay;
  readonly expired?: SourceWay;
  readonly send?: SourceSend;
  readonly stop?: SourcePlatformAddition;
  readonly help?: SourcePlatformAddition;
  readonly budget?: { readonly segments: number };
  readonly texts?: Readonly<Record<string, SourceMessage>>;
  readonly snippets?: Readonly<Record<string, SourceSnippet>>;
  readonly imports?: readonly string[];
  /** Of a shared file. */
  readonly events?: Readonly<Record<string, Readonly<Record<string, SourceType>>>>;
  readonly returns?: readonly string[];
}

type SourceAway = 'hold' | 'skip' | 'fail';

export interface SourceSend {
  readonly window?: {
    readonly from: string;
    readonly to: string;
    readonly days?: SourceDays;
    readonly otherwise: SourceAway;
  };
  readonly cap?: { readonly most: number; readonly per: string; readonly otherwise: SourceAway };
  readonly 'except-replies'?: boolean;
}

export interface SourcePlatformAddition {
  readonly words?: SourceMatch;
  readonly text?: SourceText;
}

/** What a definition and a snippet have in common. */
export interface SourceBody {
  readonly inputs?: Readonly<Record<string, SourceType>>;
  readonly vars?: Readonly<Record<string, SourceType>>;
  readonly steps: readonly SourceStep[];
  readonly anytime?: readonly SourceInterrupt[];
}

export interface SourceDataSource {
  readonly inputs?: Readonly<Record<string, SourceType>>;
  readonly get?: string;
  readonly post?: string;
  readonly put?: string;
  readonly patch?: string;
  readonly delete?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly timeout?: string;
  readonly retry?: number;
  readonly cache?: string;
  readonly returns?: Readonly<Record<string, SourceType>>;
  readonly map?: Readonly<Record<string, string>>;
}

export interface SourceSnippet extends SourceBody {
  readonly returns?: readonly string[];
}

export interface SourceSchedule {
  readonly at: string;
  readonly days?: SourceDays;
  readonly list: string;
  readonly zone?: string;
  readonly 'per-second'?: number;
}

export interface SourceStart {
  readonly match?: SourceMatch;
  readonly typos?: boolean;
  readonly event?: string;
  readonly when?: string;
  readonly contact?: string;
  readonly inputs?: SourceValues;
  readonly any?: boolean;
  readonly broadcast?: boolean;
  readonly schedule?: SourceSchedule;
  readonly again?: 'ignore' | 'restart' | 'parallel';
  readonly key?: string;
}

export type SourceTypeName =
  'text' | 'integer' | 'number' | 'boolean' | 'time' | 'duration' | 'date' | 'money' | 'phone' | 'email';

export type SourceType =
  | SourceTypeName
  | {
      readonly type?: SourceTypeName;
      readonly enum?: readonly string[];
      readonly list?: SourceType;
      readonly fields?: Readonly<Record<string, SourceType>>;
      readonly currency?: string;
      readonly pattern?: string;
      readonly minLength?: number;
      readonly maxLength?: number;
      readonly minimum?: number | string;
      readonly maximum?: number | string;
      readonly default?: Json;
      readonly optional?: boolean;
    };

export interface SourceEmit {
  readonly type: string;
  readonly data?: SourceValues;
}

/** A call, wherever it stands. */
export interface SourceCall {
  readonly call?: string;
  readonly with?: SourceValues;
  readonly outcomes?: Readonly<Record<string, 'next' | SourceWay>>;
}

/** What may happen on a way out, and where it leads. */
export interface SourceWay extends SourceCall {
  readonly say?: SourceMessage;
  readonly set?: SourceValues;
  readonly emit?: SourceEmit;
  readonly update?: SourceValues;
  readonly goto?: string;
  readonly end?: string;
}

export interface SourceOtherwise extends SourceWay {
  readonly again?: number;
  readonly exhausted?: 'next' | SourceWay;
}

export interface SourceReply extends SourceWay {
  readonly match?: SourceMatch;
  readonly label?: SourceText;
  readonly value?: Json;
  readonly otherwise?: 'next' | SourceOtherwise;
}

export interface SourceSilence extends SourceWay {
  readonly within?: string;
}

export interface SourceCase extends SourceWay {
  readonly when?: string;
  readonly otherwise?: 'next' | SourceWay;
}

/** One part of a split. */
export interface SourceShare extends SourceWay {
  readonly share: number;
}

export interface SourceDelay {
  readonly for?: string;
  readonly until?: string;
  readonly at?: string;
  readonly days?: SourceDays;
}

export interface SourceRepeat {
  readonly most: number;
  readonly while?: string;
  readonly steps: readonly SourceStep[];
  readonly exhausted: 'next' | SourceWay;
}

/** An event of the customer's own that something waits for. */
export interface SourceAwaited {
  readonly event?: string;
  readonly key?: string;
  readonly equals?: string;
  readonly when?: string;
}

export type SourceListenEvent = SourceAwaited & SourceWay;

export interface SourceListen {
  readonly any?: readonly SourceListenEvent[];
  readonly all?: readonly SourceListenEvent[];
}

export interface SourceInterrupt extends SourceWay, SourceAwaited {
  readonly match?: SourceMatch;
  readonly then?: 'resume' | 'restart';
}

export interface SourceStep extends SourceWay {
  readonly step?: string;
  readonly ask?: SourceMessage;
  readonly into?: string;
  readonly check?: string;
  readonly typos?: boolean;
  readonly from?: 'sent' | 'delivered';
  readonly replies?: readonly SourceReply[];
  readonly within?: string;
  readonly silence?: readonly SourceSilence[];
  readonly delay?: SourceDelay;
  readonly listen?: SourceListen;
  readonly branch?: readonly SourceCase[];
  readonly fetch?: string;
  readonly failed?: 'next' | SourceWay;
  readonly handoff?: string;
  readonly returned?: 'next' | SourceWay;
  readonly nobody?: 'next' | SourceWay;
  readonly split?: readonly SourceShare[];
  readonly repeat?: SourceRepeat;
}
