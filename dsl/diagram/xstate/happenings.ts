/** What an exported machine reacts to from outside: words and events. */
import type { JsonObject } from '../../json.ts';
import type { AwaitedEvent, WordTable } from '../../machine/nodes.ts';
import { go, type Place } from './place.ts';

/** What a message brings: `{ type: 'reply', text }`. */
export const REPLY = 'reply';

export function interruptsOf(place: Place): JsonObject {
  const { interrupts, interruptWords } = place.flow;
  const words = interrupts.flatMap(({ to, on }, index) =>
    on ? [] : [{ guard: { type: 'word', params: { words: entriesOf(interruptWords, index) } }, ...go(place, to) }],
  );
  const events = interrupts.flatMap(({ to, on }) => (on ? [{ event: on, to: go(place, to) }] : []));
  return { ...(words.length === 0 ? {} : { [REPLY]: words }), ...awaitedBy(events) };
}

/** Words that are no reply, whatever is asked: of the flow, and of those that called it. */
export function interruptWordsOf({ flow, call }: Place): readonly string[] {
  const own = Object.values(flow.interruptWords).flatMap((words) => Object.keys(words));
  return call ? [...own, ...interruptWordsOf(call.from)] : own;
}

export function entriesOf(words: WordTable, entry: number): JsonObject {
  return Object.fromEntries(
    Object.entries(words).map(([locale, table]) => [
      locale,
      Object.keys(table).filter((word) => table[word] === entry),
    ]),
  );
}

/** By type: the first that is meant. */
export function awaitedBy(entries: readonly { readonly event: AwaitedEvent; readonly to: JsonObject }[]): JsonObject {
  const byType: Record<string, JsonObject[]> = {};
  for (const { event, to } of entries) {
    const { type, key, equals, when } = event;
    const params = { key, equals, ...(when === undefined ? {} : { when }) };
    (byType[type] ??= []).push({ guard: { type: 'correlates', params }, ...to });
  }
  return byType;
}
