/** STOP, START and HELP belong to the platform, before any definition; definitions add words and texts, no more. */
import { createHash } from 'node:crypto';
import { apparentConnector } from '../../channels/contact-key.ts';
import type { Machine, PlatformAddition } from '../machine/machine.ts';
import { nearestLocale } from '../text/locale.ts';
import { platformText, type PlatformAnswer } from '../text/platform-texts.ts';
import { isPlatformWord, languageOf, type PlatformWord } from '../text/platform-words.ts';
import type { Machines } from './contract.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { finish } from './finish.ts';
import { dropHeld } from './held.ts';
import type { IncomingMessage } from './incoming.ts';

/** True where the word (folded) was the platform's: nothing else sees the message. */
export function actOnPlatformWord(machines: Machines, draft: Draft, message: IncomingMessage, word: string): boolean {
  const { connector } = message;
  const optedOut = draft.state.optedOut ?? [];
  const isOut = optedOut.includes(connector);
  const open = draft.conversations.filter((conversation) => conversation.connector === connector).reverse();
  const situation = { machines, draft, message, word, open };
  if (means(situation, 'stop')) {
    // Once: further ones are silent.
    if (!isOut) {
      const confirmation = textOf(situation, 'stop', 'stop');
      optOut(draft, connector, word);
      answer(situation, 'stop', confirmation);
    }
    return true;
  }
  if (means(situation, 'help')) {
    answer(situation, 'help', textOf(situation, 'help', isOut ? 'help-out' : 'help'));
    return true;
  }
  if (!isOut) return false;
  // They act only for somebody who has opted out: otherwise "yes" is a reply like any other.
  if (isPlatformWord('start', word)) {
    draft.update({ optedOut: optedOut.filter((other) => other !== connector) });
    draft.emit('contacts', 'contact.opted-in', { connector, how: 'keyword', reason: word });
    answer(situation, 'start', textOf(situation, 'start', 'start'));
  }
  // Somebody who opted out gets no answer to anything else either.
  return true;
}

interface Situation {
  readonly machines: Machines;
  readonly draft: Draft;
  readonly message: IncomingMessage;
  readonly word: string;
  /** On the connector, the newest first. */
  readonly open: readonly ConversationDraft[];
}

function means({ machines, word, open }: Situation, kind: 'stop' | 'help'): boolean {
  return (
    isPlatformWord(kind, word) ||
    machines.active().some((machine) => holds(machine[kind], word)) ||
    open.some(({ machine }) => holds(machines.byHash(machine)?.[kind], word))
  );
}

function holds(addition: PlatformAddition | undefined, word: string): boolean {
  return addition !== undefined && Object.values(addition.words).some((words) => words.includes(word));
}

/** What a definition says about it, then what the platform says. */
function textOf(situation: Situation, kind: PlatformWord, which: PlatformAnswer): string {
  const { draft, message, open, word } = situation;
  const locale = draft.state.locale ?? open[0]?.locale ?? languageOf(kind, word) ?? 'en';
  const connector = apparentConnector(message.connector, message.from);
  const text = platformText(which, { locale, connector, company: draft.company });
  if (kind === 'start') return text;
  const own = additionOf(situation, kind);
  return own ? `${shown(own, kind, locale)} ${text}` : text;
}

/** Of the newest conversation that is open there; else of the only definition that has one. */
function additionOf({ machines, open }: Situation, kind: 'stop' | 'help'): Machine | undefined {
  const says = (machine: Machine | undefined): machine is Machine => machine?.[kind]?.text !== undefined;
  const running = open.map(({ machine }) => machines.byHash(machine)).find(says);
  if (running) return running;
  const active = machines.active().filter(says);
  return active.length === 1 ? active[0] : undefined;
}

function shown(machine: Machine, kind: 'stop' | 'help', locale: string): string {
  const { text = {} } = machine[kind] ?? {};
  const parts = text[nearestLocale(locale, machine.locales) ?? machine.locales[0] ?? 'en'] ?? [];
  return parts.filter((part) => typeof part === 'string').join('');
}

/** Of no conversation: its id comes from the message that it answers, so that it is the same again. */
function answer({ draft, message }: Situation, kind: PlatformWord, text: string): void {
  const { connector, from: to, id } = message;
  const digest = createHash('sha256').update(`${draft.state.key}\n${id}`).digest('hex').slice(0, 24);
  const data = { message: `p-${digest}/m1`, connector, to, text, step: `platform-${kind}` };
  draft.emit('messaging', 'message.requested', data);
}

function optOut(draft: Draft, connector: string, word: string): void {
  draft.update({ optedOut: [...(draft.state.optedOut ?? []), connector] });
  draft.emit('contacts', 'contact.opted-out', { connector, how: 'keyword', reason: word });
  for (const conversation of [...draft.conversations]) {
    if (conversation.connector === connector)
      finish(draft, conversation, 'conversation.cancelled', { reason: 'opted out' });
  }
  const held = (draft.state.held ?? []).filter(({ request }) => request.connector === connector);
  dropHeld(draft, held, 'opted out');
}
