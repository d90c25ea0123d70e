import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describedText } from '../../../../runtime/cli/sql-shell/describe.ts';
import { addToHistory, historyPath, loadHistory } from '../../../../runtime/cli/sql-shell/history.ts';
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

  describe('keeps its history', () => {
    const folder = temporaryFolder();
    after(() => {
      folder.remove();
    });
    const pathOf = (home: string): string => historyPath({ XDG_STATE_HOME: join(folder.path, home) });
    const numbers = (count: number): readonly string[] =>
      Array.from({ length: count }, (_, at) => `SELECT ${at.toString()}`);

    it('for this user only, newest first, and each line once', () => {
      const path = pathOf('own');
      expect(path).to.equal(join(folder.path, 'own', 'parlance', 'sql-history'));
      expect(loadHistory(path)).to.eql([]);
      for (const line of ['SELECT 1', 'SELECT 2', 'SELECT 1']) addToHistory(path, line);
      expect(loadHistory(path)).to.eql(['SELECT 1', 'SELECT 2']);
      expect(statSync(path).mode & 0o777).to.equal(0o600);
    });

    it('beside that of another shell', () => {
      const path = pathOf('two');
      addToHistory(path, 'SELECT before');
      expect([loadHistory(path), loadHistory(path)]).to.eql([['SELECT before'], ['SELECT before']]);
      addToHistory(path, 'SELECT one');
      addToHistory(path, 'SELECT other');
      expect(loadHistory(path)).to.eql(['SELECT other', 'SELECT one', 'SELECT before']);
    });

    it('not without end', () => {
      const path = pathOf('long');
      for (const line of numbers(1_500)) addToHistory(path, line);
      expect(loadHistory(path)).to.eql(numbers(1_500).slice(500).toReversed());
      const kept = readFileSync(path, 'utf8').trimEnd().split('\n');
      expect(kept).to.eql(numbers(1_500).slice(500));
      expect(statSync(path).mode & 0o777).to.equal(0o600);
      expect(readdirSync(join(folder.path, 'long', 'parlance'))).to.eql(['sql-history']);
      addToHistory(path, 'SELECT new');
      expect(loadHistory(path)[0]).to.equal('SELECT new');
    });
  });
});
