import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSession, Tab, type Session } from '../connectors/webchat/tab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { clockAheadBy } from './clock-shift.ts';
import { PlatformProcess } from './platform-process.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const FILES = {
  'project.yaml': 'project: clinic\nimports: [shared/common.yaml]\n',
  'shared/common.yaml': `
shared: common
texts:
  invitation: { text: 'Do you want a flu shot?' }
snippets:
  goodbye:
    steps:
      - say: Then perhaps next year.
`,
  'invitation.yaml': `
conversation: invitation
start:
  - event: com.clinic.invited
    contact: event.data.person
send: { window: { from: '09:00', to: '20:00', otherwise: hold } }
steps:
  - ask: { use: invitation }
    from: delivered
    within: 1h
    silence:
      - call: goodbye
        outcomes: { completed: { end: no-answer } }
`,
  'news.yaml': `
conversation: news
start:
  - event: com.clinic.news
    contact: event.data.person
    inputs: { text: "\${event.data.text}" }
inputs: { text: text }
busy: queue
send: { cap: { most: 3, per: 1d, otherwise: skip } }
steps:
  - say: \${inputs.text}
`,
};

describe('A night, on a platform that is killed over and over', function () {
  this.timeout(240_000);
  const folder = temporaryFolder();
  /** The first evening: tomorrow, at 00:00 UTC. */
  const day = (Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS;
  let platform: PlatformProcess;
  let person: Session;

  /** The platform, at that many hours after the first day began; what ran before is killed. */
  const at = async (hour: number): Promise<void> => {
    await (platform as PlatformProcess | undefined)?.kill();
    platform = await PlatformProcess.start({
      dataFolder: folder.path,
      environment: {
        PARLANCE_CONVERSATIONS: join(folder.path, 'definitions'),
        ...clockAheadBy(day + hour * HOUR_MS - Date.now()),
      },
    });
  };

  interface Found {
    readonly type: string;
    readonly text: string;
    readonly reason: string;
    readonly outcome: string;
    readonly hour: number;
  }

  /** All events of the type, once there are so many. */
  const found = (type: string, least: number): Promise<Found[]> =>
    platform.eventually<Found>(
      `SELECT type, JSONExtractString(data, 'text') AS text, JSONExtractString(data, 'reason') AS reason, JSONExtractString(data, 'outcome') AS outcome, toUInt32(floor((toUnixTimestamp64Milli(time) - ${day}) / ${HOUR_MS})) AS hour FROM events WHERE type = '${type}' ORDER BY time, sequence`,
      (rows) => rows.length >= least,
    );

  before(async () => {
    const definitions = join(folder.path, 'definitions');
    mkdirSync(join(definitions, 'shared'), { recursive: true });
    for (const [file, text] of Object.entries(FILES)) writeFileSync(join(definitions, file), text);
    await at(22);
    person = await openSession(platform.url);
  });

  after(async () => {
    await (platform as PlatformProcess | undefined)?.stop();
    folder.remove();
  });

  it('holds in the evening what quiet hours forbid, and queues what has to wait for its end', async () => {
    await platform.event('com.clinic.invited', 'i1', { person: person.address });
    await found('message.held', 1);
    await platform.event('com.clinic.news', 'n1', { person: person.address, text: 'We have moved.' });
    await found('conversation.queued', 1);
    expect(await found('message.requested', 0)).to.deep.equal([]);
  });

  it('releases it in the morning, once, with the text that the definition imports', async () => {
    await at(34);
    await found('message.sent', 1);
    await at(37);
    const requested = await found('message.requested', 1);
    expect(requested).to.deep.include({
      type: 'message.requested',
      text: 'Do you want a flu shot?',
      reason: '',
      outcome: '',
      hour: 34,
    });
    expect(requested).to.have.length(1);
    expect(await found('message.held', 1)).to.have.length(1);
  });

  it('runs a clock from the delivery, though the question was sent long before', async () => {
    // `within` has passed since it was sent.
    expect(await found('message.delivered', 0)).to.deep.equal([]);
    expect(await found('conversation.completed', 0)).to.deep.equal([]);
    const tab = await Tab.open(platform.url, { cookie: person.cookie, origin: platform.url });
    const { number } = await tab.entry('Do you want a flu shot?');
    tab.say({ type: 'received', number });
    await found('message.delivered', 1);
    tab.close();
    await at(39);
    const [ended] = await found('conversation.completed', 1);
    expect(ended).to.include({ outcome: 'no-answer', hour: 39 });
  });

  it('begins what was queued once the other has ended, and counts the messages of both for the cap', async () => {
    await found('conversation.completed', 2);
    await platform.event('com.clinic.news', 'n2', { person: person.address, text: 'Too much.' });
    const ended = await found('conversation.completed', 3);
    expect(ended.map(({ outcome }) => outcome)).to.deep.equal(['no-answer', 'completed', 'completed']);
    const requested = await found('message.requested', 3);
    expect(requested.map(({ text }) => text)).to.deep.equal([
      'Do you want a flu shot?',
      'Then perhaps next year.',
      'We have moved.',
    ]);
    const blocked = await found('message.blocked', 1);
    expect(blocked.map(({ reason }) => reason)).to.deep.equal(['frequency cap']);
  });
});
