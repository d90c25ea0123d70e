import type { Parts, Text, Value } from './expressions.ts';

/** What is said, and what goes with it. */
export interface Message {
  readonly text: Text;
  readonly media?: readonly Media[];
  readonly template?: Template;
  /** By connector: what stands there in place of the text, or besides it. */
  readonly on?: Readonly<Record<string, MessageOnConnector>>;
}

/** A picture, sound or file by its address. What is filled into a part of an address is URI-encoded. */
export interface Media {
  readonly url: Parts;
  readonly alt?: Text;
}

/** A text that the provider knows by name. */
export interface Template {
  readonly name: string;
  readonly with: Readonly<Record<string, Value>>;
}

export interface MessageOnConnector {
  readonly text?: Text;
  readonly subject?: Text;
  /** What is filled in is escaped. */
  readonly html?: Text;
}

export interface Choice {
  readonly label: Text;
  /** Index into the question's `replies`: where its number leads. */
  readonly entry: number;
  /** What choosing it answers, per locale. */
  readonly values: Readonly<Record<string, string>>;
}
