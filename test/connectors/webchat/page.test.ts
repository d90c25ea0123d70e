import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { requirePart } from '../../require-part.ts';
import { dataOf } from '../scene.ts';
import { until } from '../until.ts';
import { ChatServer } from './chat-server.ts';
import { findChromium, HOW_TO_GET_CHROMIUM, launchChromium } from './chromium.ts';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

/** Run by the page. */
const SHOWN = `[...document.querySelectorAll('#log .message')].map((item) => {
  const text = item.querySelector('.text').textContent;
  return item.classList.contains('mine') ? text + ' (' + item.dataset.state + ')' : '> ' + text;
})`;

/** What the page is told when the person changes tabs or locks the phone; headless, every page counts as visible. */
async function setVisibility(page: Page, state: 'visible' | 'hidden'): Promise<void> {
  await page.evaluate(`Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' });
    document.dispatchEvent(new Event('visibilitychange'))`);
}

describe('The web chat page, in Chromium on a phone', function () {
  this.timeout(60_000);
  let browser: Browser;
  let server: ChatServer;
  let phone: BrowserContext;
  let page: Page;
  let complaints: string[];

  before(async function () {
    const executable = findChromium();
    requirePart(this, 'Chromium', executable !== undefined, HOW_TO_GET_CHROMIUM);
    browser = await launchChromium(executable ?? '');
  });

  after(() => (browser as Browser | undefined)?.close());

  beforeEach(async () => {
    complaints = [];
    server = new ChatServer({ title: 'Riverside Clinic' });
    await server.start();
    phone = await browser.newContext(PHONE);
    page = await open(phone);
  });

  afterEach(async () => {
    await phone.close();
    await server.remove();
    expect(complaints, 'what the page complained of').to.deep.equal([]);
  });

  const open = async (context: BrowserContext): Promise<Page> => {
    const tab = await context.newPage();
    tab.on('pageerror', (error) => complaints.push(error.message));
    tab.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
    });
    await tab.goto(`${server.origin}/chat/`);
    await online(tab);
    return tab;
  };

  const online = (tab: Page): Promise<void> => tab.locator('#status[data-state=online]').waitFor();
  const address = async (): Promise<string> => (await page.locator('#address').textContent()) ?? '';
  const write = async (tab: Page, text: string): Promise<void> => {
    await tab.getByLabel('Your message').fill(text);
    await tab.getByRole('button', { name: 'Send' }).tap();
  };
  /** Texts in the order shown, each with a mark of who wrote it or, for one's own, its tick. */
  const shown = (tab: Page): Promise<readonly string[]> => tab.evaluate<readonly string[]>(SHOWN);
  const showing = (tab: Page, expected: readonly string[]): Promise<unknown> =>
    until(`the page to show ${JSON.stringify(expected)}`, async () => {
      const actual = await shown(tab);
      return JSON.stringify(actual) === JSON.stringify(expected);
    }).catch(async () => expect(await shown(tab)).to.deep.equal(expected));
  const receivedTexts = (): readonly unknown[] =>
    server.scene.of('message.received').map((event) => dataOf(event)['text']);

  it('holds a conversation: tick, typing, reply, quick reply', async () => {
    await write(page, 'hello');
    await showing(page, ['hello (accepted)']);
    await page.locator('#typing').waitFor();
    expect(receivedTexts()).to.deep.equal(['hello']);
    const choices = [
      { label: 'Confirm', value: 'C' },
      { label: 'Rebook', value: 'R' },
    ];
    await server.scene.request(await address(), 'Confirm or rebook?', { choices });
    await page.getByRole('group', { name: 'Quick replies' }).waitFor();
    expect(await page.locator('#typing').isVisible()).to.equal(false);
    await page.getByRole('button', { name: 'Confirm' }).tap();
    await showing(page, ['hello (answered)', '> Confirm or rebook?', 'Confirm (accepted)']);
    expect(await page.getByRole('group', { name: 'Quick replies' }).isVisible()).to.equal(false);
    await until('the choice', () => receivedTexts().length === 2);
    expect(receivedTexts()).to.deep.equal(['hello', 'C']);
    expect(await server.scene.seen('message.delivered', 1)).to.have.length(1);
  });

  it('shows pictures, links to everything else, and nothing that is no address of the web', async () => {
    const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    await page.route('https://shop.example/map.png', (route) =>
      route.fulfill({ contentType: 'image/png', body: Buffer.from(pixel, 'base64') }),
    );
    await page.route('https://shop.example/gone.png', (route) => route.fulfill({ status: 404 }));
    const media = [
      { url: 'https://shop.example/map.png', alt: 'A map' },
      { url: 'https://shop.example/gone.png', alt: 'A photo' },
      { url: 'https://shop.example/terms.pdf', alt: '<b>Terms</b>' },
      { url: 'javascript:alert(1)', alt: 'No' },
    ];
    await server.scene.request(await address(), 'Here', { media });
    const links = page.locator('#log .medium');
    await page.locator('#log .medium img[alt="A map"]').waitFor();
    await until('the picture that is missing', async () => (await links.nth(1).textContent()) === 'A photo');
    expect(await links.allTextContents()).to.deep.equal(['', 'A photo', '<b>Terms</b>']);
    const width = `document.querySelector('#log .medium img').naturalWidth`;
    await until('the picture', async () => (await page.evaluate(width)) === 1);
  });

  it('shows the history after a reload', async () => {
    await write(page, 'hello');
    await showing(page, ['hello (accepted)']);
    await server.scene.request(await address(), 'hi there');
    const before = ['hello (answered)', '> hi there'];
    await showing(page, before);
    const own = await address();
    await page.reload();
    await online(page);
    await showing(page, before);
    expect(await address()).to.equal(own);
  });

  it('loses and doubles nothing over a restart of the server', async () => {
    const own = await address();
    await write(page, 'one');
    await showing(page, ['one (accepted)']);
    await server.stop();
    await write(page, 'two');
    await write(page, 'three');
    await showing(page, ['one (accepted)', 'two (waiting)', 'three (waiting)']);
    await server.start();
    await online(page);
    await showing(page, ['one (accepted)', 'two (accepted)', 'three (accepted)']);
    await server.scene.request(own, 'all here');
    await showing(page, ['one (answered)', 'two (answered)', 'three (answered)', '> all here']);
    expect(receivedTexts()).to.deep.equal(['one', 'two', 'three']);
  });

  it('loses and doubles nothing when connections break at any moment', async () => {
    const own = await address();
    const texts = ['one', 'two', 'three', 'four', 'five', 'six'];
    for (const [n, text] of texts.entries()) {
      if (n % 2 === 0) server.dropConnections();
      await write(page, text);
      if (n % 2 === 1) server.dropConnections();
      await server.scene.request(own, `re ${text}`);
    }
    await until(
      'every reply and message',
      async () => (await shown(page)).filter((one) => !one.endsWith('(waiting)')).length === 12,
    );
    const own6 = (await shown(page)).filter((one) => !one.startsWith('>')).map((one) => one.split(' ')[0]);
    expect(own6).to.deep.equal(texts);
    const theirs = (await shown(page)).filter((one) => one.startsWith('>'));
    expect(theirs).to.deep.equal(texts.map((text) => `> re ${text}`));
    expect(receivedTexts()).to.deep.equal(texts);
    expect(await server.scene.seen('message.delivered', 6)).to.have.length(6);
  });

  it('sends what was written without a network once there is one again, also from a page opened later', async () => {
    await phone.setOffline(true);
    await page.locator('#status[data-state=offline]').waitFor();
    await write(page, 'from the tunnel');
    await showing(page, ['from the tunnel (waiting)']);
    await phone.setOffline(false);
    await showing(page, ['from the tunnel (accepted)']);
    await phone.setOffline(true);
    await write(page, 'and gone');
    await showing(page, ['from the tunnel (accepted)', 'and gone (waiting)']);
    await page.close();
    await phone.setOffline(false);
    page = await open(phone);
    await showing(page, ['from the tunnel (accepted)', 'and gone (accepted)']);
    expect(receivedTexts()).to.deep.equal(['from the tunnel', 'and gone']);
  });

  it('tells what the person has read: what was in view on a page that was visible', async () => {
    const own = await address();
    const readTexts = (): readonly unknown[] => {
      const texts = new Map(server.scene.of('message.requested').map((event) => [event.id, dataOf(event)['text']]));
      return server.scene.of('message.read').map(({ causationid }) => texts.get(causationid as never));
    };
    await server.scene.request(own, 'seen at once');
    await server.scene.seen('message.read', 1);

    await setVisibility(page, 'hidden');
    await server.scene.request(own, 'a screen of text\n'.repeat(60));
    await server.scene.request(own, 'behind other tabs');
    await page.locator('#log .message', { hasText: 'behind other tabs' }).waitFor();
    await server.scene.seen('message.delivered', 3);
    expect(readTexts()).to.deep.equal(['seen at once']);

    // The newest is in view now; above it, the end of the long one.
    await setVisibility(page, 'visible');
    await server.scene.seen('message.read', 3);

    await page.evaluate("document.getElementById('scroller').scrollTop = 0");
    await server.scene.request(own, 'below what is in view');
    await page.locator('#newer').waitFor();
    await server.scene.seen('message.delivered', 4);
    expect(readTexts()).to.have.length(3);
    await page.locator('#newer').tap();
    await server.scene.seen('message.read', 4);

    await page.reload();
    await online(page);
    await server.scene.request(own, 'after the reload');
    await server.scene.seen('message.read', 5);
    expect(readTexts().at(-1)).to.equal('after the reload');
    expect(new Set(readTexts()).size, 'each once').to.equal(5);
  });

  it('tells what was read without a connection once there is one again', async () => {
    const own = await address();
    await setVisibility(page, 'hidden');
    await server.scene.request(own, 'read in the tunnel');
    await page.locator('#log .message', { hasText: 'tunnel' }).waitFor();
    await phone.setOffline(true);
    await page.locator('#status[data-state=offline]').waitFor();
    await setVisibility(page, 'visible');
    await phone.setOffline(false);
    expect(await server.scene.seen('message.read', 1)).to.have.length(1);
  });

  it('keeps two tabs of one person in step, and another person apart', async () => {
    const second = await open(phone);
    const stranger = await browser.newContext(PHONE);
    const other = await open(stranger);
    await write(page, 'from the first');
    await showing(page, ['from the first (accepted)']);
    await write(second, 'from the second');
    await showing(page, ['from the first (accepted)', 'from the second (accepted)']);
    await server.scene.request(await address(), 'to both');
    const all = ['from the first (answered)', 'from the second (answered)', '> to both'];
    await showing(page, all);
    await showing(second, all);
    expect(await shown(other)).to.deep.equal([]);
    await server.scene.seen('message.delivered', 1);
    await stranger.close();
  });

  it('keeps the session from scripts, and shows what people write as text only', async () => {
    expect(await page.evaluate('document.cookie')).to.equal('');
    const attack = '<img src=x onerror="document.title=\'owned\'"> https://example.org/?a=1.';
    await server.scene.request(await address(), attack);
    await showing(page, [`> ${attack}`]);
    expect(await page.locator('#log img').count()).to.equal(0);
    expect(await page.locator('#log a').getAttribute('href')).to.equal('https://example.org/?a=1');
    expect(await page.title()).to.equal('Riverside Clinic');
  });

  it('fits small phones: nothing sideways, buttons for thumbs, long words broken', async () => {
    await page.setViewportSize({ width: 320, height: 568 });
    await server.scene.request(await address(), 'x'.repeat(300), {
      choices: [1, 2, 3, 4].map((n) => ({ label: `A rather long answer, number ${n}`, value: `${n}` })),
    });
    await page.getByRole('button', { name: 'number 4' }).waitFor();
    const sideways = 'document.documentElement.scrollWidth - innerWidth';
    expect(await page.evaluate(sideways)).to.equal(0);
    for (const button of await page.locator('#choices button, #send').all()) {
      const box = await button.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).to.be.at.least(44);
    }
  });

  it('tells before a text gets too long, and does not send one', async () => {
    await page.getByLabel('Your message').fill('x'.repeat(4_001));
    expect(await page.locator('#left').textContent()).to.equal('1 too many');
    expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).to.equal(true);
  });
});
