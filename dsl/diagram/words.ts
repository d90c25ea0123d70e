/** How a diagram and a comparison call things: short, in the author's words. */
import type { Parts, Text } from '../machine/expressions.ts';
import type { Message } from '../machine/message.ts';
import type { WordTable } from '../machine/nodes.ts';
import type { ScheduleStart, Start } from '../machine/starts.ts';
import { formatDays } from '../text/days.ts';
import { formatTimeOfDay } from '../text/local-time.ts';

/** Words of one way that are shown; the rest are synonyms. */
const MAX_WORDS = 3;

/** As the author wrote it, expressions included. */
export function sourceOf(parts: Parts): string {
  return parts.map((part) => (typeof part === 'string' ? part : `\${${part.cel}}`)).join('');
}

/** In the first locale that has it. */
export function textIn(text: Text, locales: readonly string[]): string {
  const locale = locales.find((one) => text[one]) ?? Object.keys(text)[0] ?? '';
  return sourceOf(text[locale] ?? []);
}

/** The text of a message, or by what it goes where it has none. */
export function messageText({ text, template, media }: Message, locales: readonly string[]): string {
  const shown = textIn(text, locales);
  if (shown !== '') return shown;
  if (template) return `template ${template.name}`;
  return (media ?? []).map(({ url }) => sourceOf(url)).join(', ');
}

/** Cut at `limit` characters, between words where that loses little. */
export function shortened(text: string, limit: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  if (characters.length <= limit) return line;
  const cut = characters.slice(0, limit - 1).join('');
  const space = cut.lastIndexOf(' ');
  return `${space > limit / 2 ? cut.slice(0, space) : cut}…`;
}

/** What an entry of a word table expects, in the first of the locales that has any. */
export function wordsOf(table: WordTable, entry: number, locales: readonly string[]): string {
  for (const locale of [...locales, ...Object.keys(table)]) {
    const words = Object.entries(table[locale] ?? {}).flatMap(([word, index]) => (index === entry ? [word] : []));
    if (words.length > 0) return listed(words);
  }
  return '';
}

export function startTitle(start: Start, locales: readonly string[]): string {
  switch (start.on) {
    case 'keyword': {
      const locale = locales.find((one) => start.words[one]) ?? Object.keys(start.words)[0] ?? '';
      return listed(start.words[locale] ?? []);
    }
    case 'event':
      return start.when === undefined ? start.type : `${start.type}, when ${start.when}`;
    case 'any':
      return 'any message';
    case 'broadcast':
      return 'broadcast';
    case 'schedule':
      return scheduleTitle(start);
  }
}

function scheduleTitle({ at, zone, list }: ScheduleStart): string {
  const days = at.days ? formatDays(at.days) : 'every day';
  return `${formatTimeOfDay(at.minutes)}, ${days} (${zone}): list ${list}`;
}

function listed(words: readonly string[]): string {
  const shown = words.slice(0, MAX_WORDS).map((word) => `“${word}”`);
  return `${shown.join(', ')}${words.length > MAX_WORDS ? ' …' : ''}`;
}
