import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { compileDefinitions } from '../../../runtime/main/compile-definitions.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const START = 'start: [{ match: hi }]\nsteps:\n';
const SOUND = `${START}  - say: Hello.\n`;
const DEAD_END = `${START}  - step: again\n    delay: { for: 1h }\n    goto: again\n`;
const LOOP_AT_ONCE = `${START}  - step: again\n    delay: { until: now }\n    goto: again\n`;
const WARNED = `${START}  - say: Hello.\n    end: done\n  - step: alone\n    say: Nobody hears this.\n`;

describe('definitions at the start of a platform', () => {
  let folder: ReturnType<typeof temporaryFolder>;

  beforeEach(() => {
    folder = temporaryFolder();
  });

  afterEach(() => {
    folder.remove();
  });

  const compiled = (definitions: Readonly<Record<string, string>>): Promise<readonly string[] | string> => {
    for (const [name, text] of Object.entries(definitions))
      writeFileSync(join(folder.path, `${name}.yaml`), `conversation: ${name}\n${text}`);
    return compileDefinitions([folder.path]).then(
      (definitions) => definitions.map(({ machine }) => machine.name),
      (error: unknown) => String(error),
    );
  };

  it('are those of the folder', async () => {
    expect(await compiled({ one: SOUND, two: SOUND.replace('hi', 'hello') })).to.deep.equal(['one', 'two']);
  });

  it('are refused where the prover finds an error, with its place and a dialogue', async () => {
    const message = await compiled({ one: SOUND.replace('hi', 'hello'), two: DEAD_END });
    expect(message)
      .to.match(/two\.yaml:5:\d+ dead-end/)
      .and.to.include('shown by:')
      .and.to.include('> hi');
  });

  it('are refused where only a dialogue tells that it is an error', async () => {
    expect(await compiled({ one: LOOP_AT_ONCE })).to.match(/one\.yaml:\d+:\d+ loop-without-wait/);
  });

  it('are taken with a warning', async () => {
    expect(await compiled({ one: WARNED })).to.deep.equal(['one']);
  });
});
