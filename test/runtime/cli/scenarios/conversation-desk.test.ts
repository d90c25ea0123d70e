import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseAddress } from '../../../../channels/contact-key.ts';
import { NOTHING_GIVEN } from '../../../../dsl/scenario/given.ts';
import { parseScenarios } from '../../../../dsl/scenario/parse.ts';
import { runScenario } from '../../../../dsl/scenario/run.ts';
import { SimulatedStage } from '../../../../dsl/scenario/simulated-stage.ts';
import { ConversationDesk } from '../../../../runtime/cli/scenarios/conversation-desk.ts';
import { writeFiles } from '../../../../runtime/cli/write-files.ts';
import { machineOf } from '../../../dsl/given-when-then.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

const MACHINE = machineOf(`
conversation: help
start: [{ match: help me }]
steps:
  - ask: What is it?
    within: 10m
    from: delivered
    silence: [{ goto: desk }]
  - step: desk
    handoff: front-desk
    within: 30m
    returned: { say: Bye., end: handled }
    nobody: { end: unhandled }
`);

type Save = (path: string, text: string, force: boolean) => Promise<void>;

function open(save?: Save) {
  const person = { name: '', addresses: [parseAddress('webchat:ana')] } as const;
  const given = { ...NOTHING_GIVEN, people: [person] };
  const stage = SimulatedStage.open([MACHINE], given);
  const saved: string[] = [];
  const keep: Save = (_path, text) => Promise.resolve(void saved.push(text));
  const desk = new ConversationDesk({ stage, given, person, about: 'help', save: save ?? keep });
  const type = async (...lines: readonly string[]) => {
    const shown: string[] = [];
    for (const line of lines) shown.push(...((await desk.take(line)) ?? ['over']));
    return shown;
  };
  return { desk, type, saved };
}

describe('a dialogue by hand', () => {
  it('takes receipts and what agents do, and saves them as a scenario that passes', async () => {
    const { type, saved } = open();
    expect(await type('help me', '/receive message.delivered', '/advance 10m')).to.include('  hands off to front-desk');
    expect(await type('/agent taken', '/agent reply Is it the door?')).to.deep.equal(['  says Is it the door?']);
    expect(await type('yes', '/agent returned')).to.deep.equal(['  says Bye.', '  ends handled']);
    await type('/save help.test.yaml');
    const parsed = parseScenarios(saved.join(''), { file: 'help.test.yaml' });
    if ('diagnostics' in parsed) throw new Error(JSON.stringify(parsed.diagnostics));
    const [scenario] = parsed.file.scenarios;
    if (!scenario) throw new Error('nothing was saved');
    expect(scenario.steps.filter((step) => 'do' in step && ['receive', 'agent'].includes(step.do))).to.have.length(4);
    const played = await runScenario(
      (given) => Promise.resolve(SimulatedStage.open([MACHINE], given)),
      parsed.file,
      scenario,
    );
    expect(played.failure).to.equal(undefined);
  });

  it('saves over a file with --force only, and goes on where it can not', async () => {
    const folder = temporaryFolder();
    const file = join(folder.path, 'my help.test.yaml');
    writeFileSync(file, 'mine');
    const { type } = open((path, text, force) => writeFiles([{ path, text }], force));
    try {
      await type('help me');
      const [refused] = await type(`/save ${file}`);
      expect(refused).to.equal(`${file} exists already: name another file, or --force to replace it`);
      expect(readFileSync(file, 'utf8')).to.equal('mine');
      const nowhere = join(folder.path, 'nowhere/x.test.yaml');
      expect(await type(`/save ${nowhere}`)).to.deep.equal([`${nowhere}: no such file or folder`]);
      expect(await type('/save --force')).to.deep.equal(['/save needs a file']);
      expect(await type(`/save ${file} --force`)).to.deep.equal([`saved ${file}`]);
      expect(readFileSync(file, 'utf8')).to.match(/^scenarios: help\n/);
    } finally {
      folder.remove();
    }
  });

  it('says what it needs where nothing fits', async () => {
    const { type, saved } = open();
    expect(await type('/save x.test.yaml')).to.deep.equal(['nothing has happened yet']);
    expect(saved).to.deep.equal([]);
    expect(await type('/receive message.delivered')).to.deep.equal(['there is no message yet']);
    expect(await type('/receive message.devilered')).to.match(/there is no event message\.devilered/);
    expect(await type('/agent returned')).to.deep.equal(['nothing is handed off']);
    expect(await type('/agent sleeps')).to.match(/write \/agent taken/);
  });

  it('knows which commands a line could become, and lists them all in its help', async () => {
    const { desk, type } = open();
    expect(desk.completions('/a')).to.deep.equal(['/advance', '/agent']);
    const help = (await type('/help')).join('\n');
    for (const command of desk.completions('/')) if (command !== '/help') expect(help).to.include(command);
    expect(desk.completions('hello')).to.deep.equal([]);
  });
});
