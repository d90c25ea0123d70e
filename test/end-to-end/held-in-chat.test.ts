import { expect } from 'chai';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { findChromium, HOW_TO_GET_CHROMIUM, launchChromium } from '../connectors/webchat/chromium.ts';
import { requirePart } from '../require-part.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { ChatPage } from './chat-page.ts';
import { PlatformProcess } from './platform-process.ts';
import { StoredDialogue } from './stored-dialogue.ts';

const RIGHT_CODE = '1234';

/** The bank that account-unlock asks. */
async function answerAsBank(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const answers: Readonly<Record<string, () => object>> = {
    'POST /identity/codes': () => ({ challenge: 'c1' }),
    'POST /identity/codes/c1': () =>
      (JSON.parse(body) as { code: string }).code === RIGHT_CODE ? { right: true, account: 'ES1' } : { right: false },
    'DELETE /accounts/ES1/lock': () => ({}),
  };
  const answer = answers[`${request.method ?? ''} ${request.url ?? ''}`];
  response.statusCode = answer && request.headers.authorization === 'Bearer s3cret' ? 200 : 404;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(answer?.() ?? {}));
}

describe('Shipped conversations, held in the web chat by Chromium', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const bank = createServer((request, response) => void answerAsBank(request, response));
  let browser: Browser;
  let platform: PlatformProcess;
  let chat: ChatPage;

  before(async function () {
    const executable = findChromium();
    requirePart(this, 'Chromium', executable !== undefined, HOW_TO_GET_CHROMIUM);
    bank.listen(0, '127.0.0.1');
    await once(bank, 'listening');
    const definitions = join(folder.path, 'conversations');
    cpSync('conversations', definitions, { recursive: true });
    const { port } = bank.address() as AddressInfo;
    for (const name of ['account-unlock', 'identification']) {
      const file = join(definitions, `account-unlock/${name}.yaml`);
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('https://bank.example', `http://127.0.0.1:${port}`));
    }
    platform = await PlatformProcess.start({
      dataFolder: folder.path,
      environment: {
        PARLANCE_CONVERSATIONS: definitions,
        PARLANCE_FETCH_ALLOWED_NETWORKS: '127.0.0.0/8',
        PARLANCE_SECRET_DEMO__BANK: 's3cret',
      },
    });
    browser = await launchChromium(executable ?? '');
  });

  after(async () => {
    await (browser as Browser | undefined)?.close();
    await (platform as PlatformProcess | undefined)?.stop();
    bank.close();
    folder.remove();
  });

  beforeEach(async () => {
    chat = await ChatPage.open(browser, platform.url);
  });

  afterEach(() => chat.close());

  /**
   * Holds the conversation as the store is to tell it: types what follows `>` or, where the newest message offers it,
   * taps it; hears the rest. What concerns systems and ends is only in the store.
   */
  const hold = async (dialogue: readonly string[]): Promise<void> => {
    let offered: readonly string[] = [];
    for (const line of dialogue) {
      const written = /^> (?!.* answers$|com\.)(.*)/.exec(line)?.[1];
      if (written !== undefined) {
        const choice = offered.find((label) => label.toLowerCase() === written);
        await (choice === undefined ? chat.write(written) : chat.choose(choice));
      } else if (!/^(>|asks|states|ends) /.test(line)) {
        const [, said = '', choices] = /^(.*?)(?: \[(.*)\])?$/.exec(line) ?? [];
        offered = choices?.split('|') ?? [];
        expect(await chat.hear()).to.equal(said);
      }
    }
  };

  const holdAndCompare = async (definition: string, dialogue: readonly string[]): Promise<void> => {
    await hold(dialogue);
    const stored = await StoredDialogue.whenOver(platform, definition);
    expect(await stored.lines()).to.deep.equal(dialogue);
    expect(await stored.receipts()).to.have.all.keys('requested', 'sent', 'delivered', 'read');
  };

  it('feedback-survey, in Spanish', () =>
    holdAndCompare('feedback-survey', [
      '> Opinión',
      '¿Qué tal su visita, de 1 (mala) a 5 (excelente)? [1|2|3|4|5]',
      '> nueve',
      'Responda con un número del 1 al 5, por favor. [1|2|3|4|5]',
      '> 2',
      'Lo sentimos. ¿Qué deberíamos mejorar?',
      '> Menos espera',
      'states com.example.feedback.given {"score":2,"comment":"Menos espera"}',
      '¡Gracias por decírnoslo!',
      'ends answered',
    ]));

  it('event-rsvp, started by an event, in English', async () => {
    await platform.event('com.example.invitation.sent', 'i1', {
      ...{ contact: chat.address, event: 'the concert', at: '2026-05-01T19:30:00+02:00', guests: 2 },
    });
    await holdAndCompare('event-rsvp', [
      '> com.example.invitation.sent',
      'Will you come to the concert on Friday 1 May, 19:30? [Yes|No]',
      '> yes',
      'How many guests do you bring? 0 to 2.',
      '> 1',
      'What is the name of guest 1?',
      '> directions',
      'Take line 4 to the park, then follow the lanterns.',
      '> Ben',
      'What does Ben eat? [Everything|Vegetarian|Vegan]',
      '> vegan',
      'How far do you travel, in km? We plan the shuttle bus.',
      '> 12.5',
      'Can you help us set up?',
      '> Sure!',
      'Great! For how long?',
      '> 2 hours',
      'Where do we send the programme? Your e-mail address.',
      '> ana@example.org',
      'states com.example.invitation.accepted {"event":"the concert","guests":[{"name":"Ben","food":"vegan"}],"distance":12.5,"helpMinutes":120,"email":"ana@example.org"}',
      'See you there! You bring 1 guest.',
      'ends accepted',
    ]);
  });

  it('account-unlock, with a bank that answers, in Spanish', () =>
    holdAndCompare('account-unlock', [
      '> desbloquear',
      '¿Cuál es su número de cliente?',
      '> ¿Por qué?',
      'Preguntamos porque alguien probó contraseñas equivocadas. Quizá no fue usted.',
      '> A1234567',
      'asks sendCode',
      '> sendCode answers',
      '¿Qué código le hemos enviado para su cuenta?',
      '> 9999',
      'asks checkCode',
      '> checkCode answers',
      'Ese código no es correcto.',
      '¿Qué código le hemos enviado para su cuenta?',
      `> ${RIGHT_CODE}`,
      'asks checkCode',
      '> checkCode answers',
      'asks unlock',
      '> unlock answers',
      'states com.bank.account.unlocked {"account":"ES1"}',
      'Su cuenta vuelve a estar abierta.',
      'ends unlocked',
    ]));
});
