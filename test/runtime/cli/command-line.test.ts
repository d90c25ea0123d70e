/** Wrong arguments, and files that are not there: a sentence that says what to do, and exit code 2. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runCommandLine } from '../../../runtime/cli/command-line.ts';
import { EXIT } from '../../../runtime/cli/exit-codes.ts';
import { PARLANCE } from '../../parlance.ts';

describe('the command line', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'parlance-command-line-'));
    writeFileSync(join(folder, 'empty.sql'), '\n');
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  const WRONG: readonly (readonly [line: string, message: RegExp])[] = [
    ['events', /^Which command\?\nparlance events --help shows what it takes\.$/],
    ['events shw', /^Did you mean /],
    ['conversations timeline', /^An argument is missing\.\nparlance conversations --help/],
    ['events query --limit x', /^--limit takes a whole number from 1$/m],
    ['events query --limit 0', /^--limit takes a whole number from 1$/m],
    ['events query --limit 1 --limit 2', /^--limit stands here more than once$/m],
    ['events query --contact c-1 --contact c-2', /^--contact stands here more than once$/m],
    ['events query --conversation ', /^conversation is empty here: name one$/m],
    ['replay --from 1h --file FOLDER/x --correlation ', /^correlation is empty here: name one$/m],
    ['replay --from 1h --file FOLDER/x --types', /^Not enough arguments following: types$/m],
    ['events tail --type --json', /^Not enough arguments following: type$/m],
    ['debug ', /^conversation is empty here: name one$/m],
    ['expect . --target http://x --timeout x', /^--timeout takes a number from 0$/m],
    ['expect . --target nonsense', /^--target nonsense is no address: write http:\/\/HOST:PORT$/m],
    ['sql --url localhost:8123', /^--url localhost:8123 is no address: write http:/m],
    [
      'whatif x.yaml --url http://127.0.0.1:8080/v1/tenants/acme/sql',
      /: write --url http:\/\/127\.0\.0\.1:8080 --tenant acme$/m,
    ],
    ['whatif x.yaml --against', /^Not enough arguments following: against$/m],
    ['record v-1 --out', /^Not enough arguments following: out$/m],
    ['sql --file FOLDER', /: no such file$/m],
    ['events query --since noon', /^--since noon is no moment: write .*\n {2}moment-invalid: see /],
    ['events query --since 1h --until 2h', /^--since \(.*Z\) is not before --until \(.*Z\)$/m],
    ['whatif x.yaml --against last-0d', /^--against last-0d is no time at all: write last-7d/m],
    ['replay --resume r-1 --file FOLDER/x', /^Arguments resume and file are mutually exclusive$/m],
    ['replay --from 1h --to 2h --file FOLDER/x', /^--from \(.*Z\) is not before --to \(.*Z\)$/m],
    ['events query --contact nobody', /^"nobody" is no address: write /],
    ['sql --config FOLDER/none.yaml', /none\.yaml/],
    ['diagram FOLDER/none.yaml', /^.*none\.yaml: no such file or folder$/m],
  ];
  for (const [line, message] of WRONG) {
    it(`refuses \`${line}\``, async () => {
      const outcome = await run(line.replace('FOLDER', folder));
      expect(outcome.errors.trim()).to.match(message);
      expect(outcome.code).to.equal(EXIT.usage);
    });
  }

  it('says that there is no statement, and that none asks for a value', async () => {
    expect((await run(`sql --file ${folder}/empty.sql`)).errors).to.match(/^there is no statement: write one/);
    const unused = await runCommandLineOf(['sql', 'SELECT {a:String}', '--param', 'b=1']);
    expect(unused.errors).to.match(/^--param b: the statement does not ask for \{b:…\}/);
  });

  it('ends without a word where whoever reads has seen enough', async () => {
    const command = '"$0" "$@" completion | true; echo "${PIPESTATUS[0]}"';
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command, process.execPath, ...PARLANCE]);
    expect([stdout.trim(), stderr]).to.eql(['0', '']);
  }).timeout(30_000);

  function run(line: string): Promise<{ readonly code: number; readonly errors: string }> {
    return runCommandLineOf(line.split(' '));
  }
});

async function runCommandLineOf(words: readonly string[]): Promise<{ readonly code: number; readonly errors: string }> {
  let errors = '';
  const write = process.stderr.write.bind(process.stderr);
  process.stderr.write = (text: string | Uint8Array) => {
    errors += String(text);
    return true;
  };
  try {
    return { code: await runCommandLine(words, '0.0.0'), errors };
  } finally {
    process.stderr.write = write;
    process.exitCode = undefined;
  }
}
