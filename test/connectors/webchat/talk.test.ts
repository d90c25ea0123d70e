import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { MAX_MAILBOX_ENTRIES, MAX_TEXT_CHARACTERS, MESSAGE_BURST } from '../../../connectors/webchat/limits.ts';
import { CLOSE_CODES } from '../../../connectors/webchat/protocol.ts';
import { dataOf } from '../scene.ts';
import { until } from '../until.ts';
import { ChatServer } from './chat-server.ts';
import { openSession, Tab, type Session } from './tab.ts';

describe('Web chat', () => {
  let server: ChatServer;
  let ana: Session;

  beforeEach(async () => {
    server = new ChatServer();
    await server.start();
    ana = await openSession(server.origin);
  });

  afterEach(async () => {
    await server.remove();
  });

  const tabOf = ({ cookie }: Session, after = 0): Promise<Tab> =>
    Tab.open(server.origin, { origin: server.origin, cookie }, after);

  it("publishes what a person writes, then ticks it in each of the person's tabs", async () => {
    const tabs = [await tabOf(ana), await tabOf(ana)];
    for (const tab of tabs) await tab.frame('welcome');
    const id = randomUUID();
    tabs[0]?.say({ type: 'send', id, text: 'C', label: 'Confirm' });
    for (const tab of tabs)
      expect(await tab.entry('C')).to.include({ number: 1, from: 'person', id, label: 'Confirm' });
    const [received] = await server.scene.seen('message.received', 1);
    expect(dataOf(received)).to.deep.equal({ connector: 'webchat', from: ana.address, text: 'C', providerId: id });
  });

  it('takes a message sent again as the same message, over connections and restarts', async () => {
    const id = randomUUID();
    const first = await tabOf(ana);
    first.say({ type: 'send', id, text: 'hello' });
    first.say({ type: 'send', id, text: 'hello' });
    await first.entry('hello');
    await server.stop();
    await server.start();
    const second = await tabOf(ana, 1);
    second.say({ type: 'send', id, text: 'hello' });
    await second.entry('hello');
    const last = randomUUID();
    second.say({ type: 'send', id: last, text: 'the end' });
    await second.entry('the end');
    await until('the last event', () =>
      server.scene.of('message.received').some((event) => dataOf(event)['providerId'] === last),
    );
    expect(server.scene.of('message.received').map((event) => dataOf(event)['providerId'])).to.deep.equal([id, last]);
  });

  it("states that the company's message was sent, and once that it was delivered", async () => {
    const request = await server.scene.request(ana.address, 'hi Ana', { choices: [{ label: 'Yes', value: 'Y' }] });
    const [sent] = await server.scene.seen('message.sent', 1);
    expect(sent).to.include({
      causationid: request.id,
      correlationid: request.correlationid,
      subject: request.subject,
    });
    expect(server.scene.of('message.delivered')).to.deep.equal([]);
    const tabs = [await tabOf(ana), await tabOf(ana)];
    for (const tab of tabs) {
      const { number, from } = await tab.entry('hi Ana');
      expect(from).to.equal('company');
      tab.say({ type: 'received', number });
      tab.say({ type: 'received', number });
    }
    await server.scene.seen('message.delivered', 1);
    tabs[0]?.say({ type: 'send', id: randomUUID(), text: 'thanks' });
    await server.scene.seen('message.received', 1);
    const delivered = server.scene.of('message.delivered');
    expect(delivered).to.have.length(1);
    expect(delivered[0]).to.include({ causationid: request.id, subject: request.subject });
    expect(dataOf(delivered[0])).to.deep.equal({
      message: dataOf(request)['message'],
      connector: 'webchat',
      to: ana.address,
    });
  });

  it("states that the person has read the company's message, once for all tabs and pages", async () => {
    const requests = [await server.scene.request(ana.address, 'one'), await server.scene.request(ana.address, 'two')];
    await server.scene.seen('message.sent', 2);
    const tabs = [await tabOf(ana), await tabOf(ana)];
    for (const tab of tabs) {
      await tab.entry('two');
      tab.say({ type: 'send', id: randomUUID(), text: 'mine' });
      tab.say({ type: 'read', numbers: [2] });
      tab.say({ type: 'read', numbers: [2, 99, 0] });
    }
    const [event] = await server.scene.seen('message.read', 1);
    expect(event).to.include({ causationid: requests[1]?.id, subject: requests[1]?.subject });
    expect(dataOf(event)).to.deep.equal({
      message: dataOf(requests[1])['message'],
      connector: 'webchat',
      to: ana.address,
    });
    // What the person wrote, 3 and 4, is not read by them.
    tabs[0]?.say({ type: 'read', numbers: [1, 3, 4] });
    await server.scene.seen('message.read', 2);
    const later = await tabOf(ana);
    await later.entry('two');
    expect(later.entries.map((entry) => entry.isRead)).to.deep.equal([true, true, undefined, undefined]);
    later.say({ type: 'send', id: randomUUID(), text: 'last' });
    await later.entry('last');
    expect(server.scene.of('message.read').map(({ causationid }) => causationid)).to.deep.equal([
      requests[1]?.id,
      requests[0]?.id,
    ]);
  });

  it('gives a tab that was away exactly what it missed', async () => {
    for (const text of ['one', 'two', 'three']) await server.scene.request(ana.address, text);
    await server.scene.seen('message.sent', 3);
    const tab = await tabOf(ana, 2);
    await tab.entry('three');
    expect(tab.entries.map(({ number }) => number)).to.deep.equal([3]);
    expect(await tab.frame('welcome')).to.include({ last: 3, address: ana.address });
  });

  it('shows what comes later to a tab that greets only after something else was done for the person', async () => {
    const tab = await Tab.connect(server.origin, { origin: server.origin, cookie: ana.cookie });
    await server.scene.request(ana.address, 'one');
    await server.scene.seen('message.sent', 1);
    tab.say({ type: 'hello', after: 0 });
    await tab.entry('one');
    await server.scene.request(ana.address, 'two');
    await tab.entry('two');
  });

  it('keeps nothing of somebody who is erased, and no tab of theirs passes over what comes later', async () => {
    const ben = await openSession(server.origin);
    for (const { address } of [ana, ana, ben]) await server.scene.request(address, 'private');
    await server.scene.seen('message.sent', 3);
    const open = await tabOf(ana);
    await open.entry('private');
    await server.scene.erase(ana.address);
    const keptOf = async (session: Session): Promise<number> => {
      const tab = await tabOf(session);
      await tab.frame('welcome');
      tab.close();
      return tab.entries.length;
    };
    await until('nothing is left', async () => (await keptOf(ana)) === 0);
    expect(await keptOf(ben)).to.equal(1);
    await server.scene.request(ana.address, 'later');
    expect(await open.entry('later')).to.include({ number: 3 });
    const back = await tabOf(ana, 2);
    expect(await back.entry('later')).to.include({ number: 3 });
    // Noted: what came since is not taken for what is to go, over a restart either.
    await server.stop();
    await server.start();
    expect(await keptOf(ana)).to.equal(1);
  });

  it('gives everything to a tab that knows more than the mailbox: it began anew', async () => {
    await server.scene.request(ana.address, 'one');
    await server.scene.seen('message.sent', 1);
    const tab = await tabOf(ana, 99);
    await tab.entry('one');
    expect(await tab.frame('welcome')).to.include({ last: 1 });
  });

  it('states message.failed for a session that does not exist', async () => {
    await server.scene.request('webchat:0123456789abcdef', 'anybody?');
    const [failed] = await server.scene.seen('message.failed', 1);
    expect(dataOf(failed)).to.include({ code: 'no-such-recipient', permanent: true, to: 'webchat:0123456789abcdef' });
  });

  it('keeps a bounded mailbox: the newest entries', async () => {
    const count = MAX_MAILBOX_ENTRIES + 5;
    await Promise.all(Array.from({ length: count }, (_, n) => server.scene.request(ana.address, `m${n + 1}`)));
    await server.scene.seen('message.sent', count);
    const tab = await tabOf(ana);
    await tab.entry(`m${count}`);
    expect(tab.entries).to.have.length(MAX_MAILBOX_ENTRIES);
    expect(tab.entries.map(({ text }) => text)).to.deep.equal(
      Array.from({ length: MAX_MAILBOX_ENTRIES }, (_, n) => `m${n + 6}`),
    );
  });

  describe('refuses', () => {
    it('texts that are empty, too long, or no text', async () => {
      const tab = await tabOf(ana);
      const refusals = {
        ' ': 'text-empty',
        '\0': 'text-malformed',
        '\ud800': 'text-malformed',
        ['x'.repeat(MAX_TEXT_CHARACTERS + 1)]: 'text-too-long',
      };
      for (const [text, code] of Object.entries(refusals)) {
        const id = randomUUID();
        tab.say({ type: 'send', id, text });
        const refused = await until('the refusal', () => tab.frames.find((frame) => frame['id'] === id));
        expect(refused, JSON.stringify(text.slice(0, 10))).to.include({ type: 'refused', code });
        expect(refused).not.to.have.property('retryAfterMs');
      }
      tab.say({ type: 'send', id: randomUUID(), text: 'x'.repeat(MAX_TEXT_CHARACTERS) });
      await tab.entry('x'.repeat(MAX_TEXT_CHARACTERS));
      expect(server.scene.of('message.received')).to.have.length(1);
    });

    it('more messages than a person writes, saying when to try again, also over a new connection', async () => {
      const tab = await tabOf(ana);
      for (let n = 0; n <= MESSAGE_BURST; n++) tab.say({ type: 'send', id: randomUUID(), text: `${n}` });
      const refused = await tab.frame('refused');
      expect(refused['code']).to.equal('too-fast');
      expect(refused['retryAfterMs']).to.be.greaterThan(0);
      tab.close();
      await tab.closed();
      const again = await tabOf(ana);
      again.say({ type: 'send', id: randomUUID(), text: 'one more' });
      expect((await again.frame('refused'))['code']).to.equal('too-fast');
    });

    it('frames that are none of ours, by ending the connection', async () => {
      const frames = [
        'no JSON',
        '[]',
        '{"type":"send","id":"1","text":"x"}',
        '{"type":"received","number":-1}',
        '{"type":"read","numbers":2}',
        '{"type":"read","numbers":[-1]}',
        '{"type":"hello","after":0}',
      ];
      for (const frame of frames) {
        const tab = await tabOf(ana);
        tab.say(frame);
        expect(await tab.closed(), frame).to.equal(CLOSE_CODES.protocol);
      }
    });

    it('frames beyond the size limit', async () => {
      const tab = await tabOf(ana);
      tab.say('x'.repeat(40_000));
      expect(await tab.closed()).to.equal(1009);
    });

    it('a flood of frames', async () => {
      const tab = await tabOf(ana);
      for (let n = 0; n < 500; n++) tab.say({ type: 'received', number: 0 });
      expect(await tab.closed()).to.equal(CLOSE_CODES.tooFast);
    });

    it('more tabs than anybody has', async () => {
      const tabs = [];
      for (let n = 0; n < 9; n++) tabs.push(await tabOf(ana));
      expect(await tabs[8]?.closed()).to.equal(CLOSE_CODES.tooManySockets);
    });

    it('more connections of one session, also where they say nothing', async () => {
      const connect = (): Promise<Tab> => Tab.connect(server.origin, { origin: server.origin, cookie: ana.cookie });
      const tabs = [];
      for (let n = 0; n < 8; n++) tabs.push(await connect());
      expect(await (await connect()).closed()).to.equal(CLOSE_CODES.tooManySockets);
      tabs[0]?.close();
      await until('room for another', async () => {
        const tab = await connect();
        tab.say({ type: 'hello', after: 0 });
        return (await until('an answer', () => tab.frames[0]?.type ?? tab.closeCode)) === 'welcome';
      });
    });
  });
});
