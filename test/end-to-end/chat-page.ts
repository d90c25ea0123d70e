import type { Browser, Locator, Page } from 'playwright-core';

/** A person at the page of the web chat, in a browser session of their own. */
export class ChatPage {
  readonly #page: Page;
  /** `webchat:…`, by which events name the person. */
  readonly address: string;
  #heard = 0;

  private constructor(page: Page, address: string) {
    this.#page = page;
    this.address = address;
  }

  static async open(browser: Browser, url: string): Promise<ChatPage> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${url}/chat/`);
    await page.locator('#status[data-state=online]').waitFor();
    return new ChatPage(page, (await page.locator('#address').textContent()) ?? '');
  }

  /** The next message of the company's, once it is there. */
  async hear(): Promise<string> {
    const message = this.#fromCompany().nth(this.#heard);
    this.#heard += 1;
    await message.waitFor();
    return (await message.locator('.text').textContent()) ?? '';
  }

  async write(text: string): Promise<void> {
    await this.#page.locator('#text').fill(text);
    await this.#page.locator('#send').click();
  }

  /** Taps a quick reply. */
  async choose(label: string): Promise<void> {
    await this.#page.locator('#choices button').getByText(label, { exact: true }).click();
  }

  async close(): Promise<void> {
    await this.#page.context().close();
  }

  #fromCompany(): Locator {
    return this.#page.locator('#log .message:not(.mine)');
  }
}
