/**
 * Who gets a message: platform words; then, where a conversation is in hand-off on the connector, whoever asked after
 * that began and takes it, else the people of ours; without a hand-off an interrupt (`anytime`) of a conversation, the
 * one that waits since last before the others; then a waiting conversation that expects this very word (the one that
 * asked last before the others); then the conversation that asked last, if it takes any text, or the word with a letter
 * wrong where it starts nothing; then the start of a definition that is not under way with this contact, by its word
 * and then by one with a letter wrong; then the conversation that asked last, as a reply that it did not expect; then
 * nobody. A conversation that is parked gets what nobody has taken up to the start by a word: see parking.ts.
 */
import type { Address } from '../../channels/brands.ts';
import { MAX_REPLY_CHARACTERS } from '../limits.ts';
import { fold } from '../text/fold.ts';
import type { Machines } from './contract.ts';
import type { Draft } from './draft.ts';
import { interrupt, interruptOf } from './interrupt.ts';
import { actOnPlatformWord } from './platform-words.ts';
import { isRepeated, messageMarkOf } from './repeats.ts';
import { answerAny, answerEntry, answerOtherwise, askedOn, entryOf, machineOf } from './reply.ts';
import { run } from './run.ts';
import { startFallback, startFromKeyword, startFromTypo, startsByWord } from './start.ts';
import { nodeAt } from './turn.ts';

export interface IncomingMessage {
  /** Of the event. */
  readonly id: string;
  readonly connector: string;
  readonly from: Address;
  readonly text: string;
  readonly providerId: string | undefined;
}

export function receiveMessage(machines: Machines, draft: Draft, message: IncomingMessage): void {
  const { connector, providerId } = message;
  const mark = messageMarkOf(connector, providerId);
  if (mark !== undefined && isRepeated(draft, mark)) return;
  draft.remember(message.from);
  const text = message.text.slice(0, MAX_REPLY_CHARACTERS);
  const word = fold(text);
  if (actOnPlatformWord(machines, draft, message, word)) return;
  const handedOffAt = handedOffSince(draft, connector);
  if (handedOffAt === undefined && interruptBy(machines, draft, connector, word, text)) return;
  const asked = askedOn(machines, draft, connector).filter(({ wait }) => wait.since > (handedOffAt ?? -Infinity));
  for (const candidate of asked) {
    const entry = entryOf(candidate, word);
    if (entry) {
      answerEntry(draft, candidate, entry, text);
      return;
    }
  }
  const [newest] = asked;
  if (newest && answerAny(draft, newest, text, startsByWord(machines, word))) return;
  // Somebody who talks to people of ours does not want to start anything by a word of theirs.
  if (handedOffAt !== undefined) return;
  if (startFromKeyword(machines, draft, message, word)) return;
  if (!newest) draft.forParked = draft.conversations.findLast((one) => one.connector === connector && one.parked)?.id;
  if (draft.forParked !== undefined) return;
  if (startFromTypo(machines, draft, message, word)) return;
  if (newest) answerOtherwise(draft, newest, text);
  else startFallback(machines, draft, message);
}

/** When the newest hand-off on a connector began that is not over; undefined where there is none. */
function handedOffSince(draft: Draft, connector: string): number | undefined {
  let newest: number | undefined;
  for (const { connector: other, wait } of draft.conversations) {
    if (other === connector && wait.for === 'handoff') newest = Math.max(newest ?? wait.since, wait.since);
  }
  return newest;
}

/** True where the word (folded) is an interrupt of a conversation on the connector, which then takes it. */
function interruptBy(machines: Machines, draft: Draft, connector: string, word: string, text: string): boolean {
  const candidates = draft.conversations.filter((one) => one.connector === connector && !one.parked);
  for (const conversation of candidates.sort((a, b) => b.wait.since - a.wait.since)) {
    const machine = machineOf(machines, conversation);
    const found = interruptOf(machine, conversation, word);
    if (!found) continue;
    const { state } = nodeAt(machine, conversation, conversation.wait.node);
    conversation.reply = { text, at: draft.now };
    interrupt(conversation, found.frame);
    run({ draft, conversation, machine }, found.to, state, 'interrupt');
    return true;
  }
  return false;
}
