import { expect } from 'chai';
import { addressOf, cookieFor, originAllowed, tokenIn } from '../../../connectors/webchat/session.ts';
import { ChatServer } from './chat-server.ts';
import { openSession, Tab } from './tab.ts';

const TOKEN = 'A'.repeat(43);

describe('Web chat sessions', () => {
  describe('cannot be guessed or taken over', () => {
    let server: ChatServer;

    before(async () => {
      server = new ChatServer();
      await server.start();
    });

    after(async () => {
      await server.remove();
    });

    const refusal = async (headers: Readonly<Record<string, string>>): Promise<string> => {
      try {
        const tab = await Tab.open(server.origin, headers);
        tab.close();
        return 'let in';
      } catch (error) {
        return (error as Error).message;
      }
    };

    it('gives each browser a token of 256 bits, in a cookie that scripts and other sites do not get', async () => {
      const [one, two] = [await openSession(server.origin), await openSession(server.origin)];
      expect(one.cookie).to.match(/^parlance_chat=[\w-]{43}$/);
      expect(one.setCookie).to.include('; HttpOnly').and.include('; SameSite=Strict').and.include('; Path=/chat;');
      expect(one.cookie).not.to.equal(two.cookie);
      expect(one.address).not.to.equal(two.address);
    });

    it('keeps the session of a browser that comes back', async () => {
      const session = await openSession(server.origin);
      expect(await openSession(server.origin, session.cookie)).to.deep.equal(session);
    });

    it('issues another session for a token that it never issued', async () => {
      const session = await openSession(server.origin, `parlance_chat=${TOKEN}`);
      expect(session.cookie).not.to.include(TOKEN);
    });

    it('refuses a socket without a session, or with one made up, or with an address for a token', async () => {
      const { origin } = server;
      const { address } = await openSession(origin);
      const id = address.slice('webchat:'.length);
      const cookies = [undefined, '', `parlance_chat=${TOKEN}`, `parlance_chat=${id}`, `parlance_chat=${address}`];
      for (const cookie of cookies) {
        const headers = { origin, ...(cookie !== undefined && { cookie }) };
        expect(await refusal(headers), `with the cookie ${String(cookie)}`).to.include('401');
      }
    });

    it('refuses a page of another site, also with the right cookie, and a client without an origin', async () => {
      const { cookie } = await openSession(server.origin);
      for (const origin of ['https://evil.example', 'null', `http://localhost:${server.port + 1}`, 'localhost']) {
        expect(await refusal({ cookie, origin }), `from ${origin}`).to.include('403');
      }
      expect(await refusal({ cookie })).to.include('403');
      const foreign = { method: 'POST', headers: { origin: 'https://evil.example', cookie } };
      expect((await fetch(`${server.origin}/chat/session`, foreign)).status).to.equal(403);
    });

    it('shows nobody the entries of another session', async () => {
      const { origin } = server;
      const [ana, eve] = [await openSession(origin), await openSession(origin)];
      const tab = await Tab.open(origin, { origin, cookie: eve.cookie });
      await server.scene.request(ana.address, 'for Ana only');
      await server.scene.request(eve.address, 'for Eve');
      await tab.entry('for Eve');
      expect(tab.entries.map(({ text }) => text)).to.deep.equal(['for Eve']);
      tab.close();
    });
  });

  it('takes only a well-formed token, and only where there is exactly one', () => {
    expect(tokenIn(`a=b; parlance_chat=${TOKEN}; c=d`)).to.equal(TOKEN);
    for (const header of [undefined, '', 'parlance_chat=short', `parlance_chat=${TOKEN}; parlance_chat=${TOKEN}`]) {
      expect(tokenIn(header), String(header)).to.equal(undefined);
    }
  });

  it('derives an address that is always the same and says nothing of the token', () => {
    expect(addressOf(TOKEN))
      .to.match(/^webchat:[0-9a-f]{32}$/)
      .and.to.equal(addressOf(TOKEN));
    expect(addressOf(TOKEN)).not.to.equal(addressOf(`B${TOKEN.slice(1)}`));
  });

  it('marks the cookie as secure where the page came over https', () => {
    expect(cookieFor(TOKEN, '/chat', true)).to.match(/; Secure$/);
    expect(cookieFor(TOKEN, '/chat', false)).not.to.include('Secure');
  });

  it('lets other origins in where they are configured', () => {
    const headers = { origin: 'https://chat.example.org', host: 'inside:8080' };
    expect(originAllowed(headers, [])).to.equal(false);
    expect(originAllowed(headers, ['https://chat.example.org'])).to.equal(true);
  });
});
