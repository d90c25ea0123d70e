import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describedText } from '../../../../runtime/cli/sql-shell/describe.ts';
import { historyPath, loadHistory, saveHistory } from '../../../../runtime/cli/sql-shell/history.ts';
import { splitStatements } from '../../../../runtime/cli/sql-shell/statements.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

describe('the SQL shell', () => {
  it('ends a statement at a ; that is in no text and no comment', () => {
    expect(splitStatements(`SELECT 'a;''b', "c;" -- d;\n/* e; */ ; SELECT 2`)).to.eql({
      complete: [`SELECT 'a;''b', "c;" -- d;\n/* e; */`],
      rest: ' SELECT 2',
    });
    expect(splitStatements("SELECT 1;; SELECT 'open; ")).to.eql({ complete: ['SELECT 1'], rest: " SELECT 'open; " });
  });

  it('describes a view with what each column means beside it, within the width of the terminal', () => {
    const columns = [
      { name: 'time', type: "DateTime64(3, 'UTC')", comment: 'when it happened' },
      { name: 'hour', type: "DateTime('UTC')", comment: '' },
      { name: 'definition', type: 'LowCardinality(String)', comment: 'name of the definition, where it is known' },
      { name: 'ended', type: "Nullable(DateTime64(3, 'UTC'))", comment: 'NULL while it runs' },
    ];
    expect(describedText(columns, 62)).to.equal(
      [
        'time        DateTime64(3)            when it happened',
        'hour        DateTime',
        'definition  String                   name of the definition,',
        '                                     where it is known',
        'ended       Nullable(DateTime64(3))  NULL while it runs',
        '',
      ].join('\n'),
    );
    expect(describedText(columns, undefined)).to.include('  name of the definition, where it is known\n');
  });

  it('keeps its history for this user only, newest last, and not without end', () => {
    const folder = temporaryFolder();
    const path = historyPath({ XDG_STATE_HOME: folder.path });
    expect(path).to.equal(join(folder.path, 'parlance', 'sql-history'));
    expect(loadHistory(path)).to.eql([]);
    saveHistory(
      path,
      Array.from({ length: 1_500 }, (_, at) => `SELECT ${at.toString()}`),
    );
    expect(loadHistory(path)).to.have.length(1_000);
    expect(loadHistory(path)[0]).to.equal('SELECT 0');
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    folder.remove();
  });
});
