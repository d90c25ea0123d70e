/** `update` in a conversation: what is known of the contact, from what the author wrote. */
import { conform, ValueError } from '../expression/values.ts';
import type { Json } from '../json.ts';
import { MAX_VALUES_BYTES } from '../limits.ts';
import type { Value } from '../machine/expressions.ts';
import type { UpdateNode } from '../machine/nodes.ts';
import { activationOf } from './activation.ts';
import { conformed, ConversationFailure } from './finish.ts';
import { localeOf } from './start.ts';
import { programIn, type Turn } from './turn.ts';
import { updateContact } from './update.ts';

/** All values see what was known before. Throws `ConversationFailure` and `ExpressionError`; nothing has changed then. */
export function update(turn: Turn, node: UpdateNode): void {
  const { draft, conversation, machine } = turn;
  const program = programIn(turn);
  const activation = activationOf(turn);
  const valueOf = (value: Value): Json => program.value('flow', value, activation);
  const { locale, zone } = node;
  const attributes: Record<string, Json> = {};
  const change = conformed(() => {
    for (const [name, value] of Object.entries(node.attributes)) {
      const type = machine.attributes?.[name];
      if (!type) throw new Error(`machine ${machine.hash} has no attribute ${name}`);
      attributes[name] = conform(type, valueOf(value), `contact.${name}`);
    }
    return {
      attributes,
      ...(locale === undefined ? {} : { locale: localeIn(valueOf(locale)) }),
      ...(zone === undefined ? {} : { zone: zoneIn(valueOf(zone)) }),
    };
  });
  if (JSON.stringify({ ...draft.state.attributes, ...attributes }).length > MAX_VALUES_BYTES) {
    throw new ConversationFailure('values-too-large', `the attributes take more than ${MAX_VALUES_BYTES} bytes`);
  }
  updateContact(draft, change);
  if (locale !== undefined) conversation.locale = localeOf(draft, machine, conversation.locale);
}

function localeIn(value: Json): string {
  try {
    const [locale] = typeof value === 'string' && value !== '' ? Intl.getCanonicalLocales(value) : [];
    if (locale !== undefined) return locale;
  } catch {
    // Said below.
  }
  throw new ValueError(`contact.locale is ${JSON.stringify(value)}, not a locale such as en or es-MX`);
}

function zoneIn(value: Json): string {
  try {
    if (typeof value === 'string' && /^[A-Za-z]/.test(value)) {
      new Intl.DateTimeFormat('en', { timeZone: value });
      return value;
    }
  } catch {
    // Said below.
  }
  throw new ValueError(`contact.zone is ${JSON.stringify(value)}, not a time zone such as America/New_York`);
}
