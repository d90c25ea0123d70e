/** What the platform says by itself. All of it fits GSM-7: an opt-out must not cost two segments for an accent. */
import { languageOf } from './locale.ts';
import type { PlatformWord } from './platform-words.ts';

/** `help-out`: help for somebody who has opted out. */
export type PlatformAnswer = PlatformWord | 'help-out';

interface Names {
  /** `by SMS`. */
  readonly by: string;
  /** ` from Acme`; empty where no name is known. */
  readonly from: string;
  /** `This is Acme. `; empty where no name is known. */
  readonly who: string;
}

interface Language {
  readonly by: (connector: string) => string;
  readonly from: (company: string) => string;
  readonly who: (company: string) => string;
  readonly texts: Readonly<Record<PlatformAnswer, (names: Names) => string>>;
}

const EN: Language = {
  by: (connector) => `by ${{ sms: 'SMS', email: 'e-mail', webchat: 'web chat' }[connector] ?? connector}`,
  from: (company) => ` from ${company}`,
  who: (company) => `This is ${company}. `,
  texts: {
    stop: ({ by, from }) => `You will get no more messages${from} ${by}. Write START to get them again.`,
    start: ({ by, from }) => `You will get messages${from} ${by} again. Write STOP to get no more, HELP for help.`,
    help: ({ by, who }) => `${who}You get our messages ${by}. Write STOP to get no more.`,
    'help-out': ({ by, who }) => `${who}You get no messages ${by}. Write START to get them again.`,
  },
};

const ES: Language = {
  by: (connector) => `por ${{ sms: 'SMS', email: 'e-mail', webchat: 'chat' }[connector] ?? connector}`,
  from: (company) => ` de ${company}`,
  who: (company) => `Le escribe ${company}. `,
  texts: {
    stop: ({ by, from }) => `Ya no le enviaremos mensajes${from} ${by}. Escriba START para recibirlos de nuevo.`,
    start: ({ by, from }) =>
      `Le enviaremos de nuevo mensajes${from} ${by}. Escriba STOP para no recibirlos, HELP para ayuda.`,
    help: ({ by, who }) => `${who}Recibe nuestros mensajes ${by}. Escriba STOP para no recibirlos.`,
    'help-out': ({ by, who }) => `${who}No recibe mensajes ${by}. Escriba START para recibirlos de nuevo.`,
  },
};

const DE: Language = {
  by: (connector) => `per ${{ sms: 'SMS', email: 'E-Mail', webchat: 'Webchat' }[connector] ?? connector}`,
  from: (company) => ` von ${company}`,
  who: (company) => `Hier ist ${company}. `,
  texts: {
    stop: ({ by, from }) =>
      `Sie erhalten keine Nachrichten${from} ${by} mehr. Schreiben Sie START, um sie wieder zu erhalten.`,
    start: ({ by, from }) => `Sie erhalten wieder Nachrichten${from} ${by}. STOP beendet sie, HELP hilft.`,
    help: ({ by, who }) =>
      `${who}Sie erhalten unsere Nachrichten ${by}. Schreiben Sie STOP, um keine mehr zu erhalten.`,
    'help-out': ({ by, who }) =>
      `${who}Sie erhalten keine Nachrichten ${by}. Schreiben Sie START, um sie wieder zu erhalten.`,
  },
};

const FR: Language = {
  by: (connector) => `par ${{ sms: 'SMS', email: 'e-mail', webchat: 'chat' }[connector] ?? connector}`,
  from: (company) => ` de ${company}`,
  who: (company) => `Ici ${company}. `,
  texts: {
    stop: ({ by, from }) => `Vous ne recevrez plus de messages${from} ${by}. Envoyez START pour en recevoir à nouveau.`,
    start: ({ by, from }) =>
      `Vous recevrez à nouveau des messages${from} ${by}. Envoyez STOP pour ne plus en recevoir, HELP pour une aide.`,
    help: ({ by, who }) => `${who}Vous recevez nos messages ${by}. Envoyez STOP pour ne plus en recevoir.`,
    'help-out': ({ by, who }) =>
      `${who}Vous ne recevez pas de messages ${by}. Envoyez START pour en recevoir à nouveau.`,
  },
};

const LANGUAGES: Readonly<Record<string, Language>> = { en: EN, es: ES, de: DE, fr: FR };

/** `es-MX` → `es`; English where the language is none of the platform's. */
export function platformText(
  answer: PlatformAnswer,
  {
    locale,
    connector,
    company,
  }: { readonly locale: string; readonly connector: string; readonly company?: string | undefined },
): string {
  const { by, from, who, texts } = LANGUAGES[languageOf(locale)] ?? EN;
  const isNamed = company !== undefined && company !== '';
  return texts[answer]({
    by: by(connector),
    from: isNamed ? from(company) : '',
    who: isNamed ? who(company) : '',
  });
}
