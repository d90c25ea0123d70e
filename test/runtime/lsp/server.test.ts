import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  CodeActionRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentFormattingRequest,
  DocumentSymbolRequest,
  HoverRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  type CompletionItem,
  type DocumentSymbol,
  type MarkupContent,
} from 'vscode-languageserver/node';
import { temporaryFolder } from '../../temporary-folder.ts';
import { applyEdits, Editor, withCursor } from './client.ts';

const TEXT = `conversation: survey
locales: [en, es]
start:
  - event: com.example.visit.ended
    contact: event.data.phone
    inputs: { doctor: '\${event.data.doctor}' }
inputs:
  doctor: text
vars:
  score: { type: integer, default: 0 }
  seen: { fields: { at: time } }
steps:
  - ask:
      text: { en: 'How was \${inputs.doctor}?', es: '¿Qué tal \${inputs.doctor}?' }
    into: score
    within: 1d
    replies: [{ otherwise: { again: 2, exhausted: next } }]
    silence: [{ set: { seen: { at: '\${now}' } }, goto: done }]
  - branch:
      - when: vars.score >= 4 && vars.score < 6
        goto: done
      - otherwise: next
  - say: Sorry to hear that. "vars.score" is \${vars.score}.
  - step: done
    set: { score: 0 }
    end: answered
`;

describe('parlance lsp', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const uri = `file://${folder.path}/survey.yaml`;
  let editor: Editor;

  before(async () => {
    mkdirSync(join(folder.path, 'more'));
    writeFileSync(
      join(folder.path, 'more/other.yaml'),
      'conversation: other\nstart:\n  - match: other\nsteps:\n  - emit: { type: com.example.other.seen }\n',
    );
    editor = await Editor.start(folder.path);
    await editor.open(uri, TEXT);
  });
  after(async () => {
    const code = await editor.close();
    folder.remove();
    expect(code, 'exit code after shutdown and exit').to.equal(0);
  });

  const write = async (marked: string) => {
    const { text, position } = withCursor(marked);
    await editor.write(uri, text);
    return { textDocument: { uri }, position };
  };
  /** The text with its cursor before the first occurrence of `at`. */
  const at = (found: string, inside = 1) => {
    const index = TEXT.indexOf(found) + inside;
    return write(`${TEXT.slice(0, index)}¦${TEXT.slice(index)}`);
  };
  const complete = async (marked: string): Promise<readonly CompletionItem[]> => {
    const answer = await editor.connection.sendRequest(CompletionRequest.type, await write(marked));
    return Array.isArray(answer) ? answer : (answer?.items ?? []);
  };
  const labels = async (marked: string) => (await complete(marked)).map(({ label }) => label);
  const hover = async (found: string, inside = 1) => {
    const answer = await editor.connection.sendRequest(HoverRequest.type, await at(found, inside));
    return (answer?.contents as MarkupContent | undefined)?.value ?? '';
  };

  describe('diagnostics', () => {
    it('are none for a sound file', async () => {
      await editor.write(uri, TEXT);
      expect(await editor.problemsOf(uri)).to.deep.equal([]);
    });

    it('stand where the problem is, and go when it goes', async () => {
      await editor.write(uri, TEXT.replace('goto: done', 'goto: dome'));
      const [problem] = await editor.problemsOf(uri);
      expect(problem).to.deep.include({ code: 'step-unknown', source: 'parlance' });
      const line = TEXT.split('\n').findIndex((one) => one.includes('goto: done'));
      const character = TEXT.split('\n')[line]?.indexOf('done') ?? 0;
      expect(problem?.range).to.deep.equal({ start: { line, character }, end: { line, character: character + 4 } });
      await editor.write(uri, TEXT);
      expect(await editor.problemsOf(uri)).to.deep.equal([]);
    });

    it('are told of scenario files too, by the shape of those', async () => {
      const scenarios = `file://${folder.path}/survey.test.yaml`;
      const text = (ends: string) =>
        `scenarios: survey\ncases:\n  - case: she stops\n    steps:\n      - ${ends}: done\n`;
      await editor.open(scenarios, text('end'));
      const [problem, ...more] = await editor.problemsOf(scenarios);
      expect(more).to.deep.equal([]);
      expect(problem).to.deep.include({ code: 'unknown-key', source: 'parlance' });
      expect(problem?.range.start).to.deep.equal({ line: 4, character: 8 });
      await editor.write(scenarios, text('ends'));
      expect(await editor.problemsOf(scenarios)).to.deep.equal([]);
    });

    it('offer their suggestion as a change', async () => {
      await editor.write(uri, TEXT.replace('goto: done', 'goto: dome'));
      const [problem] = await editor.problemsOf(uri);
      if (!problem) throw new Error('no problem is told');
      const actions = await editor.connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri },
        range: problem.range,
        context: { diagnostics: [problem] },
      });
      const [action] = actions ?? [];
      expect(action)
        .to.have.nested.property('edit.changes')
        .that.deep.equals({
          [uri]: [{ range: problem.range, newText: 'done' }],
        });
    });
  });

  describe('completion', () => {
    it('offers the keys of a step that are not there yet, with what they are for', async () => {
      const items = await complete(`${TEXT}  - say: Hi\n    ¦\n`);
      const found = items.map(({ label }) => label);
      expect(found).to.include.members(['ask', 'goto', 'end']).and.not.include('say');
      expect(items.find(({ label }) => label === 'emit')?.documentation)
        .to.have.property('value')
        .that.matches(/event/);
    });

    it('offers whole steps where a step begins', async () => {
      expect(await labels(`${TEXT}  - ¦`)).to.include.members(['step', 'ask', 'ask with replies']);
    });

    it('offers keys in the middle of a word, inside { } and on the top level', async () => {
      expect(await labels(TEXT.replace('goto: done }]', 'go¦ }]')))
        .to.include('goto')
        .and.not.include('branch');
      expect(await labels(TEXT.replace('vars:', 'lifet¦\nvars:')))
        .to.include('lifetime')
        .and.not.include('steps');
    });

    it('offers what a schedule has, as any other start', async () => {
      const within = (start: string): string => `conversation: a\nstart:\n  - ${start}\nsteps:\n  - say: Hi\n`;
      expect(await labels(within('schedule: { at: "09:00", ¦ }'))).to.have.members([
        'days',
        'list',
        'per-second',
        'zone',
      ]);
      expect(await labels(within('¦'))).to.include.members(['broadcast', 'schedule']);
    });

    it('offers in scenarios what they can give, do and expect, and the conversations that they can be about', async () => {
      const scenarios = (step: string): string =>
        `scenarios: survey\ngiven: { contact: { webchat: ana } }\ncases:\n  - case: one\n    steps:\n${step}`;
      expect(await labels(scenarios('      - ¦')))
        .to.include.members(['reply', 'advance', 'says', 'ends'])
        .and.not.include.members(['ask', 'ask with replies']);
      expect(await labels(scenarios('      - reply: { text: a, ¦ }'))).to.have.members(['contact', 'from']);
      expect(await labels(scenarios('').replace('ana', 'ana, ¦')))
        .to.include('zone')
        .and.not.include('webchat');
      expect(await labels(scenarios('').replace('ana }', 'ana }, receipts: ¦'))).to.eql(['at-once', 'by-hand']);
      expect(await labels(scenarios('').replace(': survey', ': ¦'))).to.eql(['other']);
    });

    it('offers the steps to go to', async () => {
      expect(await labels(TEXT.replace('goto: done }', 'goto: ¦ }'))).to.deep.equal(['done', 'next']);
    });

    it('offers variables after into and in set, types in vars, languages in texts', async () => {
      expect(await labels(TEXT.replace('into: score', 'into: ¦'))).to.deep.equal(['score', 'seen']);
      expect(await labels(TEXT.replace('set: { score: 0 }', 'set: { ¦ }'))).to.deep.equal(['score', 'seen']);
      expect(await labels(TEXT.replace('doctor: text', 'doctor: ¦'))).to.include.members(['text', 'integer', 'time']);
      expect(await labels(TEXT.replace(", es: '¿Qué tal ${inputs.doctor}?'", ', ¦'))).to.deep.equal(['es']);
    });

    it('offers what an expression can name, at each of its dots', async () => {
      expect(await labels(TEXT.replace('vars.score >= 4', '¦'))).to.include.members(['vars', 'inputs', 'reply', 'now']);
      expect(await labels(TEXT.replace('vars.score >= 4', 'vars.¦'))).to.deep.equal(['score', 'seen']);
      expect(await labels(TEXT.replace('vars.score >= 4', 'vars.seen.¦'))).to.deep.equal(['at']);
      expect(await labels(TEXT.replace('is ${vars.score}.', 'is ${inputs.¦'))).to.deep.equal(['doctor']);
      expect(await labels(TEXT.replace('is ${vars.score}.', 'is ${vars.seen.at.¦}'))).to.deep.equal([
        'format',
        'relativeTo',
      ]);
      expect(await labels(TEXT.replace('event.data.phone', '¦'))).to.deep.equal(['event']);
    });

    it('knows the event where one is waited for, and what its value can be compared with', async () => {
      const listening = (entry: string) =>
        `${TEXT}  - listen:\n      any:\n        - event: com.example.visit.paid\n${entry}    within: 1d\n    silence: [{ end: silent }]\n`;
      expect(await labels(listening('          key: ¦\n'))).to.deep.equal(['event']);
      expect(await labels(listening('          equals: ¦\n')))
        .to.include('vars')
        .and.not.include('event');
      expect(await labels(listening('          when: ¦\n'))).to.include.members(['vars', 'event']);
      const anytime = `${TEXT}anytime:\n  - event: com.example.visit.cancelled\n    equals: ¦\n`;
      expect(await labels(anytime)).to.deep.equal(['inputs', 'contact', 'now']);
      expect(await labels(`${TEXT}  - ¦`)).to.include('listen for an event');
    });

    it("offers the event types of the project's files", async () => {
      const found = await labels(TEXT.replace('com.example.visit.ended', '¦'));
      expect(found).to.include('com.example.other.seen');
    });
  });

  describe('hover', () => {
    it('explains keys by the schema', async () => {
      expect(await hover('within:')).to.match(/How long to wait for the reply/);
    });

    it('tells the types of variables, in expressions and where they are declared', async () => {
      expect(await hover('vars.score', 6)).to.equal('`vars.score`: integer');
      expect(await hover('score: {')).to.equal('`vars.score`: integer');
      expect(await hover('inputs.doctor', 8)).to.equal('`inputs.doctor`: text');
    });

    it('shows the step that a goto leads to', async () => {
      expect(await hover('goto: done', 7)).to.match(/step \*\*done\*\*, line \d+/);
    });
  });

  describe('names', () => {
    const lineOf = (text: string) => TEXT.split('\n').findIndex((line) => line.includes(text));

    it('lead to their declaration', async () => {
      const target = async (found: string, inside: number) => {
        const answer = await editor.connection.sendRequest(DefinitionRequest.type, await at(found, inside));
        return answer && !Array.isArray(answer) ? answer.range.start.line : undefined;
      };
      expect(await target('goto: done', 7)).to.equal(lineOf('step: done'));
      expect(await target('vars.score >', 6)).to.equal(lineOf('score: {'));
      expect(await target('into: score', 7)).to.equal(lineOf('score: {'));
      expect(await target('{inputs.doctor', 9)).to.equal(lineOf('doctor: text'));
    });

    it('are found wherever they are used, but not in literals', async () => {
      const references = await editor.connection.sendRequest(ReferencesRequest.type, {
        ...(await at('score: {', 1)),
        context: { includeDeclaration: true },
      });
      expect(references).to.have.length(6);
    });

    it('are renamed everywhere, and the file is still sound', async () => {
      const rename = async (found: string, inside: number, newName: string) => {
        const params = { ...(await at(found, inside)), newName };
        const edit = await editor.connection.sendRequest(RenameRequest.type, params);
        return applyEdits(TEXT, edit?.changes?.[uri] ?? []);
      };
      const renamed = await rename('vars.score', 6, 'grade');
      expect(renamed.match(/grade/g)).to.have.length(6);
      expect(renamed).to.include('"vars.score" is ${vars.grade}.');
      await editor.write(uri, renamed);
      expect(await editor.problemsOf(uri)).to.deep.equal([]);
      const moved = await rename('step: done', 7, 'finish');
      expect(moved.match(/finish/g)).to.have.length(3);
      await editor.write(uri, moved);
      expect(await editor.problemsOf(uri)).to.deep.equal([]);
    });

    it('are renamed only into what can be one, and only where one stands', async () => {
      const refusal = async (newName: string) => {
        const params = { ...(await at('vars.score', 6)), newName };
        return editor.connection.sendRequest(RenameRequest.type, params).then(
          () => 'renamed',
          (error: unknown) => (error as Error).message,
        );
      };
      expect(await refusal('seen')).to.equal('"seen" is taken');
      expect(await refusal('two words')).to.match(/is not a name of letters/);
      expect(await refusal('null')).to.match(/means something else/);
      expect(await editor.connection.sendRequest(PrepareRenameRequest.type, await at('Sorry to'))).to.equal(null);
    });
  });

  describe('what a file holds', () => {
    /** Names, each with the text from its first line on to its last. */
    const outline = async (of: string, text: string): Promise<readonly (readonly [name: string, lines: string])[]> => {
      const params = { textDocument: { uri: of } };
      const symbols = (await editor.connection.sendRequest(DocumentSymbolRequest.type, params)) as DocumentSymbol[];
      const lines = text.split('\n');
      return symbols.map(({ name, range: { start, end }, selectionRange }) => {
        const { line, character } = selectionRange.start;
        expect(lines[line]?.slice(character, selectionRange.end.character)).to.equal(name);
        const last = end.character === 0 ? end.line : end.line + 1;
        return [name, lines.slice(start.line, last).join('\n')] as const;
      });
    };

    it('are the cases of scenarios', async () => {
      const scenarios = `file://${folder.path}/cases.test.yaml`;
      const first = '  - case: she stops\n    steps:\n      - reply: STOP\n';
      const second = "  - steps:\n      - reply: hello\n    case: 'no answer'\n";
      const text = `scenarios: survey\ncases:\n${first}${second}`;
      await editor.open(scenarios, text);
      expect(await outline(scenarios, text)).to.deep.equal([
        ['she stops', first.trimEnd()],
        ['no answer', second.trimEnd()],
      ]);
    });

    it('is what a definition declares', async () => {
      await editor.write(uri, TEXT);
      const symbols = await outline(uri, TEXT);
      expect(symbols.map(([name]) => name)).to.deep.equal(['survey', 'doctor', 'score', 'seen', 'done']);
      expect(new Map(symbols).get('done')).to.equal('  - step: done\n    set: { score: 0 }\n    end: answered');
      expect(new Map(symbols).get('seen')).to.equal('  seen: { fields: { at: time } }');
    });
  });

  it('formats the document', async () => {
    await editor.write(uri, TEXT.replace('{ score: 0 }', '{score:   0}'));
    const edits = await editor.connection.sendRequest(DocumentFormattingRequest.type, {
      textDocument: { uri },
      options: { tabSize: 2, insertSpaces: true },
    });
    expect(edits?.[0]?.newText).to.include('set: { score: 0 }');
  });

  it('answers whatever stands in the file', async () => {
    const broken = [
      '',
      ':',
      '- [',
      '{a: &b *b',
      '"',
      `steps:\n  - ask: '\${`,
      '\u0000\ud800',
      '[['.repeat(500),
      '? ? ?',
      '!!x',
    ];
    for (const text of broken) {
      const params = await write(`${text}¦`);
      await editor.connection.sendRequest(CompletionRequest.type, params);
      await editor.connection.sendRequest(HoverRequest.type, params);
      await editor.connection.sendRequest(DefinitionRequest.type, params);
      await editor.connection.sendRequest(DocumentSymbolRequest.type, params);
      expect(await editor.problemsOf(uri), JSON.stringify(text)).not.to.have.length(0);
    }
  });
});
