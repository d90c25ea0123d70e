import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatTimeOfDay } from '../../dsl/text/local-time.ts';
import { until } from '../connectors/until.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { clockAheadBy } from './clock-shift.ts';
import { PlatformProcess } from './platform-process.ts';

const PEOPLE = 300;
/** So slowly that several kills fall into it. */
const PER_SECOND = 40;
const KILLS = 3;

const MINUTE_MS = 60_000;
/** From when the schedule is written until it is due: longer than the broadcast takes, however busy the machine is. */
const AHEAD_MS = 30 * MINUTE_MS;
/** From a start with the clock ahead until it is due; one that takes longer than that sends it late. */
const SOON_MS = 5_000;

function definition(name: string, start: string): string {
  return [
    `conversation: ${name}`,
    'start:',
    `  - ${start}`,
    'inputs:',
    '  place: text',
    'steps:',
    '  - say: Come to ${inputs.place}.',
    '',
  ].join('\n');
}

const CSV = [
  'phone,place',
  ...Array.from({ length: PEOPLE }, (_, index) => `+1212555${(1000 + index).toString()},place ${index}`),
  '',
].join('\n');

describe(`a broadcast and a schedule to ${PEOPLE} people each, and kills of the whole process`, function () {
  this.timeout(400_000);
  const folder = temporaryFolder();
  const definitions = join(folder.path, 'definitions');
  const positionsAtKill: number[] = [];
  let clock: Readonly<Record<string, string>> = {};
  let platform: PlatformProcess;

  const start = (): Promise<PlatformProcess> =>
    PlatformProcess.start({ dataFolder: folder.path, environment: { PARLANCE_CONVERSATIONS: definitions, ...clock } });

  async function ask(method: string, path: string, body?: string): Promise<unknown> {
    const response = await fetch(`${platform.url}/v1/tenants/demo/${path}`, { method, ...(body && { body }) });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  }

  async function newest(
    definitionName: string,
  ): Promise<{ readonly name: string; readonly position: number; readonly state: string } | undefined> {
    const { broadcasts } = (await ask('GET', 'broadcasts')) as {
      broadcasts: { name: string; definition: string; position: number; state: string }[];
    };
    return broadcasts.find((one) => one.definition === definitionName);
  }

  /** Kills it once it has come further, but not to the end. */
  async function killWithin(definitionName: string, from: number): Promise<number> {
    const { position } = await until(
      `${definitionName} to go on`,
      async () => {
        const found = await newest(definitionName);
        return found && found.position > from && found;
      },
      2 * MINUTE_MS,
    );
    await platform.kill();
    positionsAtKill.push(position);
    platform = await start();
    return position;
  }

  const completed = (definitionName: string): Promise<unknown> =>
    until(
      `${definitionName} to be completed`,
      async () => (await newest(definitionName))?.state === 'completed',
      120_000,
    );

  before(async () => {
    mkdirSync(definitions);
    writeFileSync(join(definitions, 'flu-shot.yaml'), definition('flu-shot', 'broadcast: true'));
    platform = await start();
    await ask('PUT', 'lists/members', CSV);
    await platform.kill();

    const dueMs = Math.ceil((Date.now() + AHEAD_MS) / MINUTE_MS) * MINUTE_MS;
    const at = formatTimeOfDay((dueMs / MINUTE_MS) % (24 * 60));
    writeFileSync(
      join(definitions, 'renewals.yaml'),
      definition('renewals', `schedule: { at: "${at}", list: members }`),
    );
    platform = await start();

    await ask('POST', `broadcasts?definition=flu-shot&name=season&perSecond=${PER_SECOND}`, CSV);
    let position = 0;
    for (let kill = 0; kill < KILLS; kill++) position = await killWithin('flu-shot', position);
    await completed('flu-shot');

    await platform.kill();
    clock = clockAheadBy(dueMs - SOON_MS - Date.now());
    platform = await start();
    await killWithin('renewals', 0);
    await completed('renewals');
    await platform.settled();
  });
  after(async () => {
    await (platform as PlatformProcess | undefined)?.stop();
    folder.remove();
  });

  it('were hit by the kills in the midst', () => {
    expect(positionsAtKill).to.have.lengthOf(KILLS + 1);
    for (const position of positionsAtKill) expect(position).to.be.within(1, PEOPLE - 1);
  });

  for (const name of ['flu-shot', 'renewals']) {
    it(`${name}: started a conversation with everybody, nobody lost or doubled`, async () => {
      const rows = await platform.eventually<{ started: number; people: number }>(
        `SELECT toInt32(count()) AS started, toInt32(uniqExact(JSONExtractString(data, 'to'))) AS people FROM events
         WHERE type = 'conversation.started' AND JSONExtractString(data, 'definition') = '${name}'`,
        ([row]) => row?.people === PEOPLE,
      );
      expect(rows).to.deep.equal([{ started: PEOPLE, people: PEOPLE }]);
    });

    it(`${name}: said one thing to everybody`, async () => {
      const rows = await platform.eventually<{ said: number; people: number }>(
        `SELECT toInt32(count()) AS said, toInt32(uniqExact(JSONExtractString(data, 'to'))) AS people FROM events
         WHERE type = 'message.requested' AND conversation IN (
           SELECT conversation FROM events WHERE type = 'conversation.started' AND JSONExtractString(data, 'definition') = '${name}'
         )`,
        ([row]) => row?.people === PEOPLE,
      );
      expect(rows).to.deep.equal([{ said: PEOPLE, people: PEOPLE }]);
    });
  }

  it('targeted everybody once in each', async () => {
    const rows = await platform.query(
      `SELECT toInt32(count()) AS targets, toInt32(uniqExact(source)) AS broadcasts FROM events
       WHERE type = 'broadcast.recipient-targeted'`,
    );
    expect(rows).to.deep.equal([{ targets: 2 * PEOPLE, broadcasts: 2 }]);
  });
});
