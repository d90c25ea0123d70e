import { expect } from 'chai';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expectCommand } from '../../../../runtime/cli/commands/expect.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { runCommand } from '../run-command.ts';

const DEFINITION = `
conversation: slow
start: [{ match: hello }]
steps:
  - delay: { for: 2d }
  - end: waited
`;
const SCENARIOS = `
scenarios: slow
cases:
  - case: days pass
    steps:
      - reply: hello
      - advance: 2d
      - ends: waited
`;

describe('parlance expect', () => {
  const folder = temporaryFolder();
  const asked: string[] = [];
  const platform = createServer(({ method, url, headers }, response) => {
    asked.push(`${method ?? ''} ${url ?? ''}`);
    if (headers.authorization === 'Bearer wrong')
      response.writeHead(403).end('{"code":"scope-missing","detail":"the key lacks the scope messages:write"}');
    else response.end('{"timePasses":false}');
  });
  before(async () => {
    platform.listen(0, '127.0.0.1');
    await once(platform, 'listening');
    writeFileSync(join(folder.path, 'slow.yaml'), DEFINITION);
    writeFileSync(join(folder.path, 'slow.test.yaml'), SCENARIOS);
  });
  after(() => {
    process.exitCode = 0;
    platform.close();
    platform.closeAllConnections();
    folder.remove();
  });

  const told = (...options: readonly string[]): Promise<string> => toldOf(folder.path, ...options);
  const toldOf = async (path: string, ...options: readonly string[]): Promise<string> => {
    const url = `http://127.0.0.1:${(platform.address() as AddressInfo).port.toString()}`;
    return runCommand([expectCommand], ['expect', path, '--target', url, ...options]);
  };

  it('says which scenario can not run, by which line, and that nothing ran', async () => {
    const text = await told();
    expect(text).to.match(/^skip .*slow\.test\.yaml:4 days pass\n {7}line 7: 2d can not be waited for/);
    expect(text).to.include('0 as expected, 0 differ, 1 skipped');
    expect(process.exitCode).to.equal(2);
    expect(asked.join(), 'of a platform where nothing can run, nothing but that').to.match(/^GET [^,]*\/probe$/);
  });

  it('tells of a key that is refused, and not that time does not pass', async () => {
    const refused = await told('--key', 'wrong').catch((error: unknown) => error);
    expect(refused).to.include({ code: 'scope-missing' });
  });

  it('fails where all were wanted', async () => {
    await told('--all');
    expect(process.exitCode).to.equal(1);
  });

  it('fails, and sends nothing, where the definition beside a scenario can not pass it either', async () => {
    const broken = join(folder.path, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'slow.yaml'), DEFINITION.replace('{ for: 2d }', '{ for: 1s }'));
    writeFileSync(join(broken, 'slow.test.yaml'), SCENARIOS.replace('2d', '2s').replace('ends: waited', 'ends: gone'));
    const report = join(folder.path, 'report.xml');
    asked.length = 0;
    const text = await toldOf(broken, '--junit', report);
    expect(text).to.match(
      /^FAIL .*slow\.test\.yaml:4 days pass\n {2}.*slow\.test\.yaml:8 it fails in virtual time too/,
    );
    expect(text).to.match(/the scenario or a definition beside it is wrong.*gone.*waited/);
    expect(text).to.include('0 as expected, 1 differ, 0 skipped');
    expect(process.exitCode).to.equal(1);
    expect(readFileSync(report, 'utf8')).to.match(/failures="1"[^]*<failure message="line 8: it fails in virtual time/);
    const { failed, files } = JSON.parse(await toldOf(broken, '--json')) as {
      readonly failed: number;
      readonly files: readonly { readonly scenarios: readonly { readonly outcome: string }[] }[];
    };
    expect([failed, files[0]?.scenarios[0]?.outcome]).to.deep.equal([1, 'failed']);
    expect(asked.filter((line) => !line.endsWith('/probe'))).to.deep.equal([]);
  });
});
