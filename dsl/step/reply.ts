/** What a reply does to the conversation that it answers. */
import type { ReplyWait } from '../contact.ts';
import type { Json } from '../json.ts';
import { programOf } from '../expression/program.ts';
import { toCel } from '../expression/values.ts';
import type { Machine } from '../machine/machine.ts';
import type { AskNode, Reply, Target } from '../machine/nodes.ts';
import type { ValueType } from '../machine/value-types.ts';
import { fold } from '../text/fold.ts';
import { readReply } from '../text/read-reply.ts';
import { meantBy } from '../text/typo.ts';
import { activationOf, zoneOf } from './activation.ts';
import type { Machines } from './contract.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { runningFlow, topOf } from './frames.ts';
import { dropHeld, heldOf, isHeld } from './held.ts';
import { numberedEntry } from './numbered.ts';
import { keep } from './variables.ts';
import { fail, run } from './run.ts';
import { StuckError } from './stuck.ts';
import { cancel } from './timers.ts';
import { trace } from './trace.ts';
import { nodeAt, type Reason } from './turn.ts';

/** A conversation that waits for a reply. */
export interface Asked {
  readonly conversation: ConversationDraft;
  readonly machine: Machine;
  readonly ask: AskNode;
  readonly state: string;
  readonly wait: ReplyWait;
}

/** Those that wait for a reply on a connector: the highest priority first, then the newest question. */
export function askedOn(machines: Machines, draft: Draft, connector: string): readonly Asked[] {
  const asked: Asked[] = [];
  for (const conversation of draft.conversations) {
    if (conversation.connector !== connector || conversation.wait.for !== 'reply' || conversation.parked) continue;
    if (!isAsked(draft, conversation, conversation.wait)) continue;
    asked.unshift(askedOf(machines, conversation, conversation.wait));
  }
  return asked.length > 1
    ? asked.sort((a, b) => b.machine.priority - a.machine.priority || b.wait.since - a.wait.since)
    : asked;
}

/** A question that waits to be sent has not been asked, so nothing answers it; a reminder of one that was is another matter. */
function isAsked(draft: Draft, conversation: ConversationDraft, { stage, misses, message }: ReplyWait): boolean {
  return stage > 0 || misses > 0 || message === undefined || !isHeld(draft, conversation, message);
}

export function askedOf(machines: Machines, conversation: ConversationDraft, wait: ReplyWait): Asked {
  const machine = machineOf(machines, conversation);
  const node = nodeAt(machine, conversation, wait.node);
  if (node.op !== 'ask') throw new Error(`conversation ${conversation.id} waits for a reply at a ${node.op}`);
  return { conversation, machine, ask: node, state: node.state, wait };
}

/** Throws StuckError: an operator can publish the machine again and resume, while failing it would lose it. */
export function machineOf(machines: Machines, { machine: hash, id, definition }: ConversationDraft): Machine {
  const machine = machines.byHash(hash);
  if (machine) return machine;
  throw new StuckError(id, 'machine-missing', `${id} runs on ${definition} ${hash}, which this worker does not have`);
}

/** The entry that expects this word (folded): in the conversation's locale, then in the others, then by a label as it was said. */
export function entryOf({ ask, machine, conversation, wait }: Asked, word: string): Reply | undefined {
  for (const locale of [conversation.locale, ...machine.locales]) {
    const entry = lookUp(ask, locale, word);
    if (entry) return entry;
  }
  return labelledEntry(ask, wait.labels ?? [], word);
}

/** None where two choices were said alike. */
function labelledEntry(ask: AskNode, labels: readonly string[], word: string): Reply | undefined {
  const at = labels.indexOf(word);
  const choice = at < 0 || word === '' || labels.includes(word, at + 1) ? undefined : ask.choices?.[at];
  return choice && ask.replies[choice.entry];
}

function lookUp(ask: AskNode, locale: string, word: string): Reply | undefined {
  const words = ask.words[locale];
  if (!words || !Object.hasOwn(words, word)) return undefined;
  const index = words[word];
  return index === undefined ? undefined : ask.replies[index];
}

export function answerEntry(draft: Draft, asked: Asked, entry: Reply, text: string): void {
  const way = `reply ${(asked.ask.replies as readonly Reply[]).indexOf(entry)}`;
  proceed(draft, asked, text, { to: entry.to, reason: 'reply', way, value: entry.value });
}

/**
 * Takes a reply that is none of the expected words as it may be meant: the number of a choice, a word with a typo, a
 * value of the variable's type. False where it is none of these. `isExact`: the word is one of another definition's, so
 * that it has no typo.
 */
export function answerAny(draft: Draft, asked: Asked, text: string, isExact: boolean): boolean {
  const entry = meantEntry(asked, fold(text), isExact);
  if (entry) {
    answerEntry(draft, asked, entry, text);
    return true;
  }
  const { ask, machine, conversation, state } = asked;
  if (ask.any === undefined) return false;
  const type = ask.into === undefined ? undefined : runningFlow(machine, conversation).vars[ask.into];
  const written = { at: draft.now, zone: zoneOf(draft, machine) };
  const value = type ? readReply(type, text, { locale: conversation.locale, country: machine.country, written }) : text;
  if (value === undefined) return false;
  try {
    if (!isAllowed(draft, asked, type ?? { type: 'text' }, text, value)) return false;
  } catch (error) {
    fail({ draft, conversation, machine }, state, error);
    return true;
  }
  proceed(draft, asked, text, { to: ask.any, reason: 'reply', way: 'any', value });
  return true;
}

/** The choice with this number, or the entry that was meant by a word with a letter wrong. */
function meantEntry({ ask, machine, conversation }: Asked, word: string, isExact: boolean): Reply | undefined {
  const numbered = numberedEntry(ask, word);
  if (numbered) return numbered;
  if (!ask.typos || isExact) return undefined;
  for (const locale of [conversation.locale, ...machine.locales]) {
    const index = meantBy(word, Object.entries(ask.words[locale] ?? {}));
    if (index !== undefined) return ask.replies[index];
  }
  return undefined;
}

/** What `check` says of the value. */
function isAllowed(
  draft: Draft,
  { ask, conversation, machine }: Asked,
  type: ValueType,
  text: string,
  value: Json,
): boolean {
  if (ask.check === undefined) return true;
  const activation = activationOf({ draft, conversation, machine });
  const reply = { text, at: new Date(draft.now), value: toCel(type, value) };
  const program = programOf(machine, runningFlow(machine, conversation));
  return program.evaluateBoolean('flow', ask.check, { ...activation, variables: { ...activation.variables, reply } });
}

export function answerOtherwise(draft: Draft, asked: Asked, text: string): void {
  const { otherwise } = asked.ask;
  if (!otherwise) return;
  const misses = asked.wait.misses + 1;
  const isExhausted = otherwise.again !== undefined && misses > otherwise.again && otherwise.exhausted !== undefined;
  asked.conversation.wait = { ...asked.wait, misses };
  const reason = isExhausted ? 'exhausted' : 'otherwise';
  const to = isExhausted ? (otherwise.exhausted ?? otherwise.to) : otherwise.to;
  proceed(draft, asked, text, { to, reason, way: reason });
}

/** Where a reply leads: the way is the question's, as `trace` names it. */
interface Answer {
  readonly to: Target;
  readonly reason: Reason;
  readonly way: string;
  readonly value?: Json | undefined;
}

function proceed(draft: Draft, asked: Asked, text: string, { to, reason, way, value }: Answer): void {
  const { conversation, machine, ask, state, wait } = asked;
  trace(draft, machine, conversation, wait.node, way);
  cancel(draft, conversation, asked.wait.timer);
  // A reminder that still waits to be sent has become pointless.
  const reminders = heldOf(draft, conversation.id).filter(({ number }) => number === wait.message);
  dropHeld(draft, reminders, 'answered meanwhile');
  conversation.reply = { text, at: draft.now };
  if (ask.into !== undefined && value !== undefined) {
    try {
      keep(conversation, { ...topOf(conversation).vars, [ask.into]: value });
    } catch (error) {
      fail({ draft, conversation, machine }, state, error);
      return;
    }
  }
  run({ draft, conversation, machine }, to, state, reason);
}
