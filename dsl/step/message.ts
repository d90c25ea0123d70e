/** A message as the person is to read it: its texts in their language, filled in, as their connector has them. */
import { apparentConnector } from '../../channels/contact-key.ts';
import type { EventData } from '../../channels/generated/events.ts';
import { escapeHtml } from '../../channels/html.ts';
import type { Activation, Program } from '../expression/program.ts';
import type { Json } from '../json.ts';
import { MAX_REPLY_CHARACTERS, MAX_TEXT_CHARACTERS } from '../limits.ts';
import type { Text } from '../machine/expressions.ts';
import type { Choice, Media, Message } from '../machine/message.ts';
import { fold } from '../text/fold.ts';
import { activationOf } from './activation.ts';
import { ConversationFailure } from './finish.ts';
import { programIn, type Turn } from './turn.ts';

export type Requested = EventData['message.requested'];

type Content = Omit<Requested, 'message' | 'connector' | 'to' | 'step'>;

/** Throws `ConversationFailure` and `ExpressionError`. */
export function contentOf(turn: Turn, message: Message, choices: readonly Choice[] | undefined): Content {
  const { conversation, machine } = turn;
  const program = programIn(turn);
  const own = message.on?.[apparentConnector(conversation.connector, conversation.to)] ?? {};
  const activation = isPlain(message, choices)
    ? { variables: {}, locale: conversation.locale, zone: machine.zone }
    : activationOf(turn);
  const { template, media } = message;
  return {
    text: checkedText(program.text(own.text ?? message.text, activation)),
    ...(choices ? { choices: choices.map((choice) => offered(choice, program, activation)) } : {}),
    ...(media ? { media: media.map((medium) => mediumOf(program, activation, medium)) } : {}),
    ...(template ? { template: { name: template.name, with: valuesOf(program, activation, template.with) } } : {}),
    ...(own.subject ? { subject: program.text(own.subject, activation) } : {}),
    ...(own.html ? { html: checkedText(program.text(own.html, activation, escapeHtml)) } : {}),
  };
}

/** Folded, as they were said; undefined where the question has them among its words. */
export function saidLabels(content: Content, choices: readonly Choice[] | undefined): readonly string[] | undefined {
  if (!choices || choices.every(({ label }) => isPlainText(label))) return undefined;
  return content.choices?.map(({ label }) => fold(label.slice(0, MAX_REPLY_CHARACTERS)));
}

function offered(
  { label, values }: Choice,
  program: Program,
  activation: Activation,
): NonNullable<Content['choices']>[number] {
  const [first = ''] = Object.values(values);
  return { label: program.text(label, activation), value: values[activation.locale] ?? first };
}

function checkedText(text: string): string {
  if (text.length > MAX_TEXT_CHARACTERS) {
    throw new ConversationFailure(
      'text-too-long',
      `the text has ${text.length} characters, more than ${MAX_TEXT_CHARACTERS}`,
    );
  }
  if (text.trim() === '')
    throw new ConversationFailure('text-empty', 'the text is empty once its values are filled in');
  return text;
}

function mediumOf(
  program: Program,
  activation: Activation,
  { url, alt }: Media,
): NonNullable<Content['media']>[number] {
  const isWhole = url.length === 1;
  const address = program.text({ [activation.locale]: url }, activation, isWhole ? undefined : encodeURIComponent);
  if (!isWebAddress(address))
    throw new ConversationFailure('media-address-invalid', `"${address.slice(0, 100)}" is no address on the web`);
  return { url: address, ...(alt ? { alt: program.text(alt, activation) } : {}) };
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function valuesOf(
  program: Program,
  activation: Activation,
  values: NonNullable<Message['template']>['with'],
): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, program.value('flow', value, activation)]),
  );
}

/** Most messages have no expression: the variables need not be made. */
function isPlain(message: Message, choices: readonly Choice[] | undefined): boolean {
  if (message.on || message.media || message.template) return false;
  return isPlainText(message.text) && (choices?.every(({ label }) => isPlainText(label)) ?? true);
}

function isPlainText(text: Text): boolean {
  return Object.values(text).every((parts) => parts.every((part) => typeof part === 'string'));
}
