/**
 * The words that belong to the platform, before any definition. English ones are the carriers' own list and hold
 * everywhere; those of other languages say in which language to answer. All of them folded.
 * https://www.ctia.org/the-wireless-industry/industry-commitments/messaging-interoperability-sms-mms
 */
export type PlatformWord = 'stop' | 'start' | 'help';

const WORDS: Readonly<Record<PlatformWord, Readonly<Record<string, readonly string[]>>>> = {
  stop: {
    en: ['stop', 'stopall', 'stop all', 'unsubscribe', 'cancel', 'end', 'quit'],
    es: ['alto', 'baja', 'cancelar'],
    de: ['stopp', 'abmelden', 'abbestellen'],
    fr: ['arret', 'arreter', 'desabonner', 'desinscrire'],
  },
  start: {
    en: ['start', 'unstop', 'yes'],
    es: ['si', 'alta'],
    de: ['ja', 'anmelden'],
    fr: ['oui', 'reprendre'],
  },
  help: {
    en: ['help', 'info'],
    es: ['ayuda'],
    de: ['hilfe'],
    fr: ['aide'],
  },
};

/** Word → language; undefined for English, which holds everywhere. */
const TABLES: Readonly<Record<PlatformWord, ReadonlyMap<string, string | undefined>>> = {
  stop: tableOf(WORDS.stop),
  start: tableOf(WORDS.start),
  help: tableOf(WORDS.help),
};

function tableOf(words: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string | undefined> {
  return new Map(
    Object.entries(words).flatMap(([locale, list]) =>
      list.map((word) => [word, locale === 'en' ? undefined : locale] as const),
    ),
  );
}

/** Of all kinds. */
export function platformWords(): readonly string[] {
  return Object.values(TABLES).flatMap((table) => [...table.keys()]);
}

export function isPlatformWord(kind: PlatformWord, word: string): boolean {
  return TABLES[kind].has(word);
}

/** In which language it is written, where it tells. */
export function languageOf(kind: PlatformWord, word: string): string | undefined {
  return TABLES[kind].get(word);
}
