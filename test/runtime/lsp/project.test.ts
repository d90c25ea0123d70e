import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  CompletionRequest,
  DefinitionRequest,
  HoverRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  type MarkupContent,
} from 'vscode-languageserver/node';
import { temporaryFolder } from '../../temporary-folder.ts';
import { applyEdits, Editor, withCursor } from './client.ts';

const FILES = {
  'project.yaml': `project: clinic
locales: [en, es]
contact:
  attributes:
    segment: { enum: [new, regular] }
    visits: { type: integer, default: 0 }
events:
  com.clinic.booked: { startsAt: time, patient: { fields: { phone: phone } } }
`,
  'shared/common.yaml': `shared: common
texts:
  bye: { text: { en: Goodbye, es: Adiós } }
data:
  visit:
    get: https://clinic.example/visit
    returns: { doctor: text }
snippets:
  book:
    inputs: { day: { default: today } }
    vars: { slot: { default: none } }
    returns: [slot]
    steps:
      - say: { text: { en: 'Booked for \${inputs.day}', es: 'Reservado para \${inputs.day}' } }
        end: booked
`,
  'visits/visit.yaml': `conversation: visit
imports: [../shared/common.yaml]
start: [{ match: visit }]
steps:
  - fetch: visit
    failed: { end: unknown }
  - update: { visits: '\${contact.visits + 1}' }
  - say: { text: { en: 'Dr \${data.visit.doctor}', es: 'Dr. \${data.visit.doctor}' } }
  - call: book
    with: { day: tomorrow }
    outcomes:
      booked:
        say: { text: { en: 'At \${result.slot}', es: 'A las \${result.slot}' } }
        goto: next
  - say: { use: bye }
  - call: farewell
    with: { name: Ana }
    outcomes: { completed: { end: done } }
`,
  'visits/farewell.yaml': `conversation: farewell
start: [{ match: farewell }]
inputs: { name: { default: you } }
steps:
  - say: { text: { en: 'Farewell, \${inputs.name}', es: 'Hasta luego, \${inputs.name}' } }
`,
} as const;

type File = keyof typeof FILES;

describe('parlance lsp in a project of several files', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const uriOf = (file: File) => `file://${folder.path}/${file}`;
  const text = (file: File): string => FILES[file].replaceAll('\\$', '$');
  const visit = 'visits/visit.yaml';
  let editor: Editor;

  before(async () => {
    for (const name of ['shared', 'visits']) mkdirSync(join(folder.path, name));
    for (const file of Object.keys(FILES) as File[]) writeFileSync(join(folder.path, file), text(file));
    editor = await Editor.start(folder.path);
    await editor.open(uriOf(visit), text(visit));
    expect(await editor.problemsOf(uriOf(visit))).to.deep.equal([]);
  });
  after(async () => {
    expect(await editor.close()).to.equal(0);
    folder.remove();
  });

  /** The cursor is one letter behind the beginning of `found`. */
  const at = (file: File, found: string, inside = 1) => {
    const index = text(file).indexOf(found) + inside;
    const { position } = withCursor(`${text(file).slice(0, index)}¦${text(file).slice(index)}`);
    return { textDocument: { uri: uriOf(file) }, position };
  };
  /** `FILE:the line that is led to`. */
  const target = async (file: File, found: string, inside?: number) => {
    const answer = await editor.connection.sendRequest(DefinitionRequest.type, at(file, found, inside));
    if (!answer || Array.isArray(answer)) return undefined;
    const there = (Object.keys(FILES) as File[]).find((one) => uriOf(one) === answer.uri);
    return there && `${there}:${text(there).split('\n')[answer.range.start.line]?.trim() ?? ''}`;
  };
  const hover = async (found: string, inside?: number) => {
    const answer = await editor.connection.sendRequest(HoverRequest.type, at(visit, found, inside));
    return (answer?.contents as MarkupContent | undefined)?.value;
  };
  const labels = async (marked: string) => {
    const { text: written, position } = withCursor(marked);
    await editor.write(uriOf(visit), written);
    const params = { textDocument: { uri: uriOf(visit) }, position };
    const answer = await editor.connection.sendRequest(CompletionRequest.type, params);
    await editor.write(uriOf(visit), text(visit));
    return (Array.isArray(answer) ? answer : (answer?.items ?? [])).map(({ label }) => label);
  };
  /** All files with the edits applied. */
  const renamed = async (file: File, found: string, newName: string, inside?: number) => {
    const edit = await editor.connection.sendRequest(RenameRequest.type, { ...at(file, found, inside), newName });
    return (one: File) => applyEdits(text(one), edit?.changes?.[uriOf(one)] ?? []);
  };

  it('leads to what is imported, called, or declared by the project', async () => {
    expect(await target(visit, 'fetch: visit', 8)).to.equal('shared/common.yaml:visit:');
    expect(await target(visit, 'data.visit', 6)).to.equal('shared/common.yaml:visit:');
    expect(await target(visit, 'use: bye', 6)).to.match(/^shared\/common\.yaml:bye:/);
    expect(await target(visit, 'call: book', 7)).to.equal('shared/common.yaml:book:');
    expect(await target(visit, 'day: tomorrow')).to.match(/^shared\/common\.yaml:inputs: \{ day/);
    expect(await target(visit, 'booked:')).to.equal('shared/common.yaml:end: booked');
    expect(await target(visit, 'call: farewell', 7)).to.equal('visits/farewell.yaml:conversation: farewell');
    expect(await target(visit, 'name: Ana')).to.match(/^visits\/farewell\.yaml:inputs: \{ name/);
    expect(await target(visit, 'contact.visits', 10)).to.match(/^project\.yaml:visits:/);
    expect(await target(visit, 'visits: ')).to.match(/^project\.yaml:visits:/);
    expect(await target(visit, '../shared')).to.equal('shared/common.yaml:shared: common');
  });

  it('completes names of other files, and paths to import', async () => {
    const on = (found: string, marked: string) => labels(text(visit).replace(found, marked));
    expect(await on('fetch: visit', 'fetch: ¦')).to.deep.equal(['visit']);
    expect(await on('use: bye', 'use: ¦')).to.deep.equal(['bye']);
    expect(await on('call: book', 'call: ¦')).to.have.members(['book', 'visit', 'farewell']);
    expect(await on('{ day: tomorrow }', '{ ¦ }')).to.deep.equal(['day']);
    expect(await on('{ name: Ana }', '{ ¦ }')).to.deep.equal(['name']);
    expect(await on('data.visit.doctor}', 'data.visit.¦}')).to.deep.equal(['doctor']);
    expect(await on('contact.visits', 'contact.¦')).to.include.members(['zone', 'segment', 'visits']);
    const booked = (contact: string) => `[{ event: com.clinic.booked, contact: ${contact} }]`;
    expect(await on('[{ match: visit }]', booked('event.data.¦'))).to.deep.equal(['startsAt', 'patient']);
    expect(await on('[{ match: visit }]', booked('event.data.patient.¦'))).to.deep.equal(['phone']);
    expect(await on('result.slot}', 'result.¦}')).to.deep.equal(['slot']);
    expect(await on("{ visits: '${contact.visits + 1}' }", '{ ¦ }')).to.include.members(['locale', 'segment']);
    expect(await on('[../shared/common.yaml]', '[¦]')).to.deep.equal(['../shared/common.yaml']);
    expect(await on("{ en: 'Dr ${data.visit.doctor}', es: 'Dr. ${data.visit.doctor}' }", '{ ¦ }')).to.deep.equal([
      'en',
      'es',
    ]);
  });

  it('explains what stands elsewhere', async () => {
    expect(await hover('data.visit.doctor', 12)).to.equal('`data.visit.doctor`: text');
    expect(await hover('contact.visits', 10)).to.equal('`contact.visits`: integer');
    expect(await hover('call: book', 7)).to.match(/^snippet \*\*book\*\*, common\.yaml, line 9/);
  });

  it('knows the keys of project.yaml and of shared files', async () => {
    const uri = uriOf('project.yaml');
    const answer = await editor.connection.sendRequest(HoverRequest.type, at('project.yaml', 'attributes'));
    expect((answer?.contents as MarkupContent | undefined)?.value, 'not open').to.equal(undefined);
    await editor.open(uri, text('project.yaml'));
    const open = await editor.connection.sendRequest(HoverRequest.type, at('project.yaml', 'attributes'));
    expect((open?.contents as MarkupContent | undefined)?.value).to.match(/Name and type/);
  });

  it('finds uses in all files', async () => {
    const params = { ...at(visit, 'call: book', 7), context: { includeDeclaration: true } };
    const found = await editor.connection.sendRequest(ReferencesRequest.type, params);
    expect(found?.map(({ uri }) => uri).sort()).to.deep.equal([uriOf('shared/common.yaml'), uriOf(visit)]);
  });

  it('renames in all files', async () => {
    const source = await renamed(visit, 'fetch: visit', 'appointment', 8);
    expect(source('shared/common.yaml')).to.include('  appointment:\n    get:');
    expect(source(visit)).to.include('fetch: appointment').and.include('${data.appointment.doctor}');
    expect(source(visit), 'the conversation keeps its name').to.include('conversation: visit');
    const input = await renamed(visit, 'name: Ana', 'whom');
    expect(input('visits/farewell.yaml')).to.include('inputs: { whom:').and.include('${inputs.whom}');
    expect(input(visit)).to.include('with: { whom: Ana }');
    const attribute = await renamed(visit, 'contact.visits', 'appointments', 10);
    expect(attribute('project.yaml')).to.include('    appointments: {');
    expect(attribute(visit)).to.include("update: { appointments: '${contact.appointments + 1}' }");
    const prepared = editor.connection.sendRequest(PrepareRenameRequest.type, at(visit, 'call: farewell', 7));
    expect(await prepared, 'scenarios and events name conversations').to.equal(null);
  });

  it('tells the problems of a file in what imports it, and those of an import where they stand', async () => {
    const common = uriOf('shared/common.yaml');
    await editor.open(common, text('shared/common.yaml'));
    await editor.write(common, text('shared/common.yaml').replace('  book:', '  reserve:'));
    const [unknown] = await editor.problemsWhere(uriOf(visit), (problems) => problems.length > 0);
    expect(unknown?.code).to.equal('snippet-unknown');
    await editor.write(common, text('shared/common.yaml').replace(', es: Adiós', ''));
    const [missing] = await editor.problemsWhere(common, (problems) => problems.length > 0);
    expect(missing?.code).to.equal('locale-missing');
    await editor.write(common, text('shared/common.yaml'));
    expect(await editor.problemsWhere(common, (problems) => problems.length === 0)).to.deep.equal([]);
    expect(await editor.problemsWhere(uriOf(visit), (problems) => problems.length === 0)).to.deep.equal([]);
  });
});
