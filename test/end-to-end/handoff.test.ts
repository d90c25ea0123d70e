import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../connectors/until.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { PlatformProcess } from './platform-process.ts';
import { StoredDialogue } from './stored-dialogue.ts';

const SERVICE = `
conversation: service
start:
  - match: service
steps:
  - say: I am looking for a colleague.
  - handoff: desk
    returned:
      say: I hope that helped.
      end: helped
    nobody:
      say: Nobody is free, sorry.
      end: unhelped
    within: 5s
`;

interface Handoff {
  readonly conversation: string;
  readonly address: string;
  readonly takenBy?: string;
  readonly closed?: { readonly outcome: string; readonly agent?: string };
  readonly entries: readonly { readonly from: string; readonly agent?: string; readonly text: string }[];
}

describe('A conversation that is handed off to a service desk, over HTTP', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let platform: PlatformProcess;

  before(async () => {
    const definitions = join(folder.path, 'definitions');
    mkdirSync(definitions);
    writeFileSync(join(definitions, 'service.yaml'), SERVICE);
    platform = await PlatformProcess.start({
      dataFolder: folder.path,
      environment: { PARLANCE_CONVERSATIONS: definitions, PARLANCE_RECORDING_CONNECTORS: 'sms' },
    });
  });

  after(async () => {
    await (platform as PlatformProcess | undefined)?.stop();
    folder.remove();
  });

  const request = async (path: string, body?: object): Promise<{ status: number; answer: unknown }> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${platform.url}/v1/tenants/demo${path}`, {
      ...(body && { method: 'POST', headers, body: JSON.stringify(body) }),
    });
    return { status: response.status, answer: await response.json() };
  };

  /** Somebody with a phone. */
  const person = (phone: string) => ({
    write: async (text: string): Promise<void> => {
      expect((await request('/sms/messages', { from: phone, text })).status).to.equal(202);
    },
    hears: (text: string): Promise<true> =>
      until(text, async () => {
        const { answer } = await request(`/sms/messages?to=${encodeURIComponent(phone)}`);
        const { messages } = answer as { messages: readonly { direction: string; text: string }[] };
        return messages.some((message) => message.direction === 'out' && message.text === text);
      }),
  });

  /** Somebody at the desk. */
  const agent = (name: string) => ({
    finds: (phone: string): Promise<string> =>
      until(`a hand-off of ${phone}`, async () => {
        const { answer } = await request('/handoffs?queue=desk');
        const { handoffs } = answer as { handoffs: readonly Handoff[] };
        return handoffs.find(({ address }) => address === `tel:${phone}`)?.conversation;
      }),
    take: (conversation: string) => request(`/handoffs/${conversation}/take`, { agent: name }),
    reply: (conversation: string, text: string) => request(`/handoffs/${conversation}/reply`, { agent: name, text }),
    giveBack: (conversation: string, outcome = 'returned') =>
      request(`/handoffs/${conversation}/return`, { agent: name, outcome }),
    reads: async (conversation: string) => (await request(`/handoffs/${conversation}`)).answer as Handoff,
  });

  const heardIn = (conversation: string, desk: ReturnType<typeof agent>, text: string): Promise<Handoff> =>
    until(`"${text}" at the desk`, async () => {
      const handoff = await desk.reads(conversation);
      return handoff.entries.some((entry) => entry.text === text) && handoff;
    });

  it('is taken, answered and given back, while nobody else can answer', async () => {
    const [ana, eva, lee] = [person('+12125550101'), agent('eva'), agent('lee')];
    await ana.write('service');
    await ana.hears('I am looking for a colleague.');
    const conversation = await eva.finds('+12125550101');
    expect((await eva.take(conversation)).status).to.equal(200);
    expect((await lee.reply(conversation, 'Hello?')).status).to.equal(409);
    expect((await eva.reply(conversation, 'Is it still plugged in?')).status).to.equal(200);
    await ana.hears('Is it still plugged in?');
    await ana.write('Not any more');
    await heardIn(conversation, eva, 'Not any more');
    expect((await eva.giveBack(conversation)).status).to.equal(200);
    await ana.hears('I hope that helped.');

    const handoff = await eva.reads(conversation);
    expect(handoff.closed).to.include({ outcome: 'returned', agent: 'eva' });
    expect(handoff.entries.map(({ from, text }) => `${from}: ${text}`)).to.deep.equal([
      'person: service',
      'agent: Is it still plugged in?',
      'person: Not any more',
    ]);
    const stored = await StoredDialogue.whenOver(platform, 'service');
    expect(await stored.lines()).to.deep.equal([
      '> service',
      'I am looking for a colleague.',
      'hands off to desk',
      '> eva replied Is it still plugged in?',
      'Is it still plugged in?',
      '> eva returned',
      'I hope that helped.',
      'ends helped',
    ]);
  });

  it('is given back by somebody who can not help, without being taken', async () => {
    const [ben, eva] = [person('+12125550102'), agent('eva')];
    await ben.write('service');
    expect((await eva.giveBack(await eva.finds('+12125550102'), 'nobody')).status).to.equal(200);
    await ben.hears('Nobody is free, sorry.');
    const stored = await StoredDialogue.whenOver(platform, 'service');
    expect((await stored.lines()).slice(-3)).to.deep.equal([
      '> eva returned',
      'Nobody is free, sorry.',
      'ends unhelped',
    ]);
  });

  it('goes on by itself where nobody takes it in time, and then it is too late to answer', async () => {
    const [cleo, eva] = [person('+12125550103'), agent('eva')];
    await cleo.write('service');
    const conversation = await eva.finds('+12125550103');
    await cleo.hears('Nobody is free, sorry.');
    const { closed } = await until('the end of the hand-off', async () => {
      const handoff = await eva.reads(conversation);
      return handoff.closed && handoff;
    });
    expect(closed).to.include({ outcome: 'left' });
    expect(await eva.take(conversation)).to.deep.include({ status: 409 });
    const stored = await StoredDialogue.whenOver(platform, 'service');
    expect((await stored.lines()).slice(-3)).to.deep.equal([
      'hands off to desk',
      'Nobody is free, sorry.',
      'ends unhelped',
    ]);
  });

  it('leaves in the store who took whom, and what they did', async () => {
    const rows = await platform.query<{ what: string }>(
      `SELECT concat(type, ' ', JSONExtractString(data, 'agent')) AS what FROM events
       WHERE type LIKE 'handoff.%' ORDER BY time, sequence`,
    );
    expect(rows.map(({ what }) => what)).to.deep.equal([
      'handoff.taken eva',
      'handoff.replied eva',
      'handoff.returned eva',
      'handoff.returned eva',
    ]);
  });
});
