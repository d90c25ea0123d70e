import { expect } from 'chai';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
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

  const told = async (...options: readonly string[]): Promise<string> => {
    const url = `http://127.0.0.1:${(platform.address() as AddressInfo).port.toString()}`;
    return runCommand([expectCommand], ['expect', folder.path, '--target', url, ...options]);
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
});
