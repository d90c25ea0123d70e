import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { findChromium, HOW_TO_GET_CHROMIUM, launchChromium } from '../connectors/webchat/chromium.ts';
import { HOW_TO_GET_JAVA, pulsarAvailable } from '../pulsar/libraries.ts';
import { startPulsar, type RunningPulsar } from '../pulsar/start.ts';
import { requirePart } from '../require-part.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { ChatPage } from './chat-page.ts';
import { PlatformProcess } from './platform-process.ts';

const EVENTS_OF_CONVERSATION = `
  SELECT type, id, causation, conversation, data FROM events
  WHERE conversation = (SELECT min(conversation) FROM events WHERE type = 'conversation.started')
  ORDER BY time, sequence`;

const BOOKED = 'com.clinic.appointment.booked';
const CONFIRMED = 'com.clinic.appointment.confirmed';

interface Row {
  readonly type: string;
  readonly id: string;
  readonly causation: string;
  readonly data: string;
}

/** Types with the type that caused each: an event's place in the story, whatever its id. */
function story(rows: readonly Row[], outside: Readonly<Record<string, string>>): string[] {
  const types = new Map([...rows.map(({ id, type }) => [id, type] as const), ...Object.entries(outside)]);
  return rows.map(({ type, causation }) => `${type} ← ${types.get(causation) ?? `unknown ${causation}`}`).sort();
}

const EXPECTED_STORY = [
  `conversation.started ← ${BOOKED}`,
  `conversation.advanced ← ${BOOKED}`,
  `message.requested ← ${BOOKED}`,
  `timer.scheduled ← ${BOOKED}`,
  `conversation.waiting ← ${BOOKED}`,
  'message.sent ← message.requested',
  'timer.scheduled ← message.sent',
  'message.delivered ← message.requested',
  'message.read ← message.requested',
  'message.read ← message.requested',
  'timer.cancelled ← message.received',
  'timer.cancelled ← message.received',
  'conversation.advanced ← message.received',
  `${CONFIRMED} ← message.received`,
  'message.requested ← message.received',
  'conversation.completed ← message.received',
  'message.sent ← message.requested',
  'message.delivered ← message.requested',
].sort();

/** From a customer's event through a person's reply in a real browser to rows in ClickHouse, seen only from outside. */
function journey(
  broker: string,
  environment: (test: Mocha.Context) => Promise<Readonly<Record<string, string>>>,
): void {
  describe(`A conversation's journey, on ${broker}`, function () {
    // A first start of Pulsar may fetch it with Maven: minutes on a cold cache.
    this.timeout(15 * 60_000);
    const folder = temporaryFolder();
    let browser: Browser;
    let platform: PlatformProcess;
    let chat: ChatPage;

    before(async function () {
      const executable = findChromium();
      requirePart(this, 'Chromium', executable !== undefined, HOW_TO_GET_CHROMIUM);
      platform = await PlatformProcess.start({ dataFolder: folder.path, environment: await environment(this) });
      browser = await launchChromium(executable ?? '');
      chat = await ChatPage.open(browser, platform.url);
    });

    after(async () => {
      await (browser as Browser | undefined)?.close();
      await (platform as PlatformProcess | undefined)?.stop();
      folder.remove();
    });

    it('ends in the store as the expected events, each caused by the right one', async () => {
      const contact = chat.address;
      const startsAt = new Date(Date.now() + 2 * 3600_000).toISOString();
      await platform.event(BOOKED, 'b1', { id: 'a1', startsAt, doctor: 'Lee', patient: { contact, firstName: 'Ana' } });

      expect(await chat.hear()).to.match(/^Hi Ana, Dr Lee expects you/);
      await chat.choose('Confirm');
      expect(await chat.hear()).to.equal('Thank you, see you then.');

      const delivered = (rows: readonly Row[]): boolean =>
        rows.filter(({ type }) => type === 'message.delivered').length === 2 &&
        rows.filter(({ type }) => type === 'message.read').length === 2 &&
        rows.some(({ type }) => type === 'conversation.completed');
      const rows = await platform.eventually<Row>(EVENTS_OF_CONVERSATION, delivered);
      const [received] = await platform.query<Row>("SELECT id, type FROM events WHERE type = 'message.received'");
      expect(story(rows, { b1: BOOKED, [received?.id ?? '']: 'message.received' })).to.eql(EXPECTED_STORY);

      const data = (type: string): unknown => JSON.parse(rows.find((row) => row.type === type)?.data ?? 'null');
      expect(data('conversation.started')).to.deep.include({
        definition: 'appointment-reminder',
        connector: 'webchat',
        to: contact,
      });
      expect(data(CONFIRMED)).to.eql({ id: 'a1' });
      expect(data('conversation.completed')).to.eql({ outcome: 'confirmed' });
    });

    it('leaves a record of each step, in the order of the journal', async () => {
      const steps = await platform.query<{ partition: number; sequence: number }>(
        'SELECT partition, sequence FROM steps ORDER BY partition, sequence',
      );
      const last = new Map<number, number>();
      for (const { partition, sequence } of steps) {
        expect(sequence, `sequence in partition ${partition}`).to.equal((last.get(partition) ?? 0) + 1);
        last.set(partition, sequence);
      }
    });

    it('lets a person begin with a keyword too', async () => {
      await chat.write('order');
      expect(await chat.hear()).to.match(/order number/i);
    });

    it('stops when it is asked to, with exit code 0', async () => {
      expect(await platform.stop()).to.equal(0);
    });
  });
}

journey('the embedded broker', () => Promise.resolve({}));

// A broker of its own: a platform works for every tenant that its broker knows, those of other tests included.
let pulsar: RunningPulsar | undefined;
journey('real Pulsar, over WebSocket', async (test) => {
  requirePart(test, 'a real Pulsar broker (Java 17 and Maven)', pulsarAvailable(), HOW_TO_GET_JAVA);
  pulsar = await startPulsar();
  return { PARLANCE_BROKER_URL: pulsar.wsUrl, PARLANCE_BROKER_ADMIN_URL: pulsar.webUrl };
});
after(async function () {
  this.timeout(60_000);
  await pulsar?.stop();
});
