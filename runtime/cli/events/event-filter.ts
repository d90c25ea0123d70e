import type { Argv } from 'yargs';
import type { ContactKey } from '../../../channels/brands.ts';
import { AddressError, contactKeyOf, isContactKey, parseAddress } from '../../../channels/contact-key.ts';
import { ParlanceError } from '../../../channels/error.ts';
import { CHANNELS } from '../../../channels/topics.ts';
import type { ParameterValue } from '../sql-parameters.ts';

/** Which events a person asked for. */
export interface EventFilterArguments {
  readonly type: readonly string[] | undefined;
  readonly contact: string | undefined;
  readonly conversation: string | undefined;
  readonly channel: readonly string[] | undefined;
}

export function withEventFilter<Before>(yargs: Argv<Before>): Argv<Before & EventFilterArguments> {
  return yargs
    .option('type', {
      ...{ type: 'string', array: true, requiresArg: true },
      describe: 'Only these types; `message.*` is all that begin so',
    })
    .option('contact', { type: 'string', describe: 'Only about this person: an address or a contact key' })
    .option('conversation', { type: 'string', describe: 'Only of this conversation' })
    .option('channel', { array: true, choices: CHANNELS, requiresArg: true, describe: 'Only of these channels' });
}

export interface Condition {
  /** Expression over the view `events`. */
  readonly sql: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** Throws `address-invalid`. */
export function conditionOf({ type, contact, conversation, channel }: Partial<EventFilterArguments>): Condition {
  const parts: string[] = [];
  const parameters: Record<string, ParameterValue> = {};
  if (conversation !== undefined) {
    parts.push('conversation = {conversation:String}');
    parameters['conversation'] = conversation;
  }
  if (contact !== undefined) {
    parts.push('contact = {contact:String}');
    parameters['contact'] = contactKey(contact);
  }
  if (channel !== undefined && channel.length > 0) {
    parts.push('has({channels:Array(String)}, channel)');
    parameters['channels'] = channel;
  }
  if (type !== undefined && type.length > 0) {
    parts.push(
      '(has({types:Array(String)}, type) OR arrayExists(prefix -> startsWith(type, prefix), {prefixes:Array(String)}))',
    );
    parameters['types'] = type.filter((name) => !name.endsWith('*'));
    parameters['prefixes'] = type.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  }
  return { sql: parts.length === 0 ? '1' : parts.join(' AND '), parameters };
}

/** Of a key or an address. Throws `address-invalid`. */
export function contactKey(text: string): ContactKey {
  if (isContactKey(text)) return text;
  try {
    return contactKeyOf(parseAddress(text));
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    throw new ParlanceError(error.code, `${error.message}; a contact key is c- and 32 digits 0-9a-f`, { cause: error });
  }
}
