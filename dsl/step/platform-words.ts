/**
 * STOP and START belong to the platform, before any definition, and no definition can override them. English words are
 * the carriers' own list; the Spanish ones follow from the shipped definitions' locales.
 */
import type { Draft } from './draft.ts';
import { finish } from './finish.ts';

/** Folded. https://www.ctia.org/the-wireless-industry/industry-commitments/messaging-interoperability-sms-mms */
export const OPT_OUT_WORDS: ReadonlySet<string> = new Set([
  ...['stop', 'stopall', 'stop all', 'unsubscribe', 'cancel', 'end', 'quit'],
  ...['alto', 'baja', 'cancelar'],
]);

/** Folded. They act only for someone who has opted out: otherwise "yes" is a reply like any other. */
export const OPT_IN_WORDS: ReadonlySet<string> = new Set(['start', 'unstop', 'yes', 'si', 'alta']);

/** True where the word was the platform's: nothing else sees the message. */
export function actOnPlatformWord(draft: Draft, connector: string, word: string): boolean {
  const optedOut = draft.state.optedOut ?? [];
  const isOut = optedOut.includes(connector);
  if (OPT_OUT_WORDS.has(word)) {
    if (!isOut) optOut(draft, connector, word);
    return true;
  }
  if (!isOut) return false;
  if (OPT_IN_WORDS.has(word)) {
    draft.update({ optedOut: optedOut.filter((other) => other !== connector) });
    draft.emit('contacts', 'contact.opted-in', { connector, how: 'keyword', reason: word });
  }
  // Somebody who opted out gets no answer to anything else either.
  return true;
}

function optOut(draft: Draft, connector: string, word: string): void {
  draft.update({ optedOut: [...(draft.state.optedOut ?? []), connector] });
  draft.emit('contacts', 'contact.opted-out', { connector, how: 'keyword', reason: word });
  for (const conversation of [...draft.conversations]) {
    if (conversation.connector === connector)
      finish(draft, conversation, 'conversation.cancelled', { reason: 'opted out' });
  }
}
