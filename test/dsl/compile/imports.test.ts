import { expect } from 'chai';
import { compileText, type Compiled } from '../../../dsl/compile/compile.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { parseProject } from '../../../dsl/project/parse.ts';
import { NO_PROJECT } from '../../../dsl/project/project.ts';
import { given } from '../given-when-then.ts';

type Files = Readonly<Record<string, string>>;

const SHARED = `shared: common
texts:
  bye: { text: { en: Bye, es: Adiós } }
data:
  weather:
    get: "https://weather.example/now"
    returns: { sky: text }
snippets:
  name:
    vars: { it: text }
    returns: [it]
    steps:
      - ask: { text: { en: Your name?, es: "¿Su nombre?" } }
        into: it
        within: 1h
        silence: [{ end: silent }]
`;
const GREETING = `conversation: greeting
start: [{ match: hello }]
imports: [../shared/common.yaml]
vars: { who: { type: text, default: you } }
steps:
  - call: name
    outcomes:
      completed: { set: { who: "\${result.it}" }, goto: next }
      silent: { end: silent }
  - fetch: weather
    failed: next
  - say: "Hello \${vars.who}"
  - say: { use: bye }
`;
const FILES = { 'shared/common.yaml': SHARED, 'greet/greeting.yaml': GREETING };

function compile(files: Files, file: string): Compiled {
  const projectText = files['project.yaml'];
  const parsed = projectText === undefined ? undefined : parseProject(projectText, { file: 'project.yaml' });
  if (parsed && !('project' in parsed)) throw new Error(JSON.stringify(parsed.diagnostics));
  return compileText(files[file] ?? '', {
    file,
    project: parsed?.project ?? NO_PROJECT,
    read: (path) => files[path],
    find: (name) => Object.keys(files).find((path) => files[path]?.startsWith(`conversation: ${name}\n`)),
  });
}

function machineIn(files: Files, file: string): Machine {
  const compiled = compile(files, file);
  if ('machine' in compiled) return compiled.machine;
  throw new Error(problems(compiled).join('\n'));
}

function problems(compiled: Compiled): readonly string[] {
  if ('machine' in compiled) return [];
  return compiled.diagnostics.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);
}

const problemsIn = (files: Files, file: string): readonly string[] => problems(compile(files, file));

describe('imports', () => {
  it('give texts, data sources and snippets by their names', () => {
    const scene = given([machineIn(FILES, 'greet/greeting.yaml')])
      .reply('hello')
      .reply('Ana');
    expect(scene.emissions.findLast(({ type }) => type === 'data.requested')?.data).to.deep.include({
      source: 'weather',
    });
    const { request } = scene.emissions.findLast(({ type }) => type === 'data.requested')?.data as { request: string };
    scene.receive('data.received', { request, source: 'weather', value: { sky: 'blue' }, attempts: 1 });
    expect(scene.said()).to.deep.equal(['Your name?', 'Hello Ana', 'Bye']);
  });

  it('tell snippets of other files by the name of their file, and keep where they stand', () => {
    const { flows } = machineIn(FILES, 'greet/greeting.yaml');
    expect(Object.keys(flows)).to.deep.equal(['main', 'common.name']);
    expect(flows['common.name']).to.include({ file: 'shared/common.yaml' });
    expect(flows['common.name']?.nodes[0]).to.include({ state: 'common.name/step-1', line: 13 });
    expect(flows['main']).not.to.have.property('file');
  });

  it('make no new version where the file only moves', () => {
    const moved = {
      'other/common.yaml': `# moved\n${SHARED}`,
      'greet/greeting.yaml': GREETING.replace('../shared', '../other'),
    };
    const { hash } = machineIn(moved, 'greet/greeting.yaml');
    expect(hash).to.equal(machineIn(FILES, 'greet/greeting.yaml').hash);
  });

  it('give way to what the file declares itself', () => {
    const own = { ...FILES, 'greet/greeting.yaml': `${GREETING}texts: { bye: So long }\n` };
    const text = JSON.stringify(machineIn(own, 'greet/greeting.yaml').flows['main']?.nodes);
    expect(text).to.include('So long').and.not.to.include('Bye');
  });

  it('may be those of the whole project', () => {
    const files = {
      ...FILES,
      'project.yaml': 'project: p\nlocales: [en]\nimports: [shared/common.yaml]\n',
      'greet/greeting.yaml': GREETING.replace(/imports: .*\n/, ''),
    };
    expect(Object.keys(machineIn(files, 'greet/greeting.yaml').flows)).to.include('common.name');
    expect(problemsIn(files, 'shared/common.yaml')).to.deep.equal([]);
  });

  it('are reported in their own file, wherever they are used from', () => {
    const files = { ...FILES, 'shared/common.yaml': SHARED.replace('into: it', 'into: that') };
    const expected = ['shared/common.yaml:14:15 variable-unknown'];
    expect(problemsIn(files, 'shared/common.yaml')).to.deep.equal(expected);
    expect(problemsIn(files, 'greet/greeting.yaml')).to.deep.equal(expected);
  });

  it('must speak the languages of who uses them, and may speak more', () => {
    const locales = (list: string) => ({ ...FILES, 'greet/greeting.yaml': `${GREETING}locales: [${list}]\n` });
    expect(problemsIn(locales('es'), 'greet/greeting.yaml')).to.deep.equal([]);
    expect(problemsIn(locales('en, fr'), 'greet/greeting.yaml')).to.include('shared/common.yaml:3:10 locale-missing');
  });

  it('name what is read before it has a value, in the file where that is', () => {
    const files = { ...FILES, 'shared/common.yaml': SHARED.replace('Your name?', '"${vars.it}?"') };
    expect(problemsIn(files, 'greet/greeting.yaml')).to.deep.equal(['shared/common.yaml:13:31 value-unset']);
  });

  it('name only shared files', () => {
    const files = {
      ...FILES,
      'greet/greeting.yaml': GREETING.replace('../shared/common', 'greeting2'),
      'greet/greeting2.yaml': GREETING.replace('greeting', 'greeting2'),
    };
    expect(problemsIn(files, 'greet/greeting.yaml')).to.include('greet/greeting.yaml:3:11 import-unreadable');
  });
});

describe('a call of another conversation', () => {
  const RATING = `conversation: rating
start: [{ match: rate }]
inputs: { about: text }
vars: { stars: text }
returns: [stars]
steps:
  - ask: "How was \${inputs.about}?"
    into: stars
    within: 1h
    silence: [{ end: silent }]
`.replace('inputs: { about: text }', 'inputs: { about: { default: it } }');
  const VISIT = `conversation: visit
start: [{ match: visit }]
steps:
  - call: rating
    with: { about: the visit }
    outcomes:
      completed: { say: "\${result.stars} stars", end: rated }
      silent: { end: silent }
`;
  const files = { 'rating.yaml': RATING, 'visit.yaml': VISIT };

  it('runs its steps with inputs and outcomes of its own', () => {
    const scene = given([machineIn(files, 'visit.yaml')])
      .reply('visit')
      .reply('5');
    expect(scene.said()).to.deep.equal(['How was the visit?', '5 stars']);
  });

  it('is refused where it calls itself, however far round', () => {
    const round = { ...files, 'rating.yaml': `${RATING}  - call: visit\n    outcomes: { otherwise: next }\n` };
    expect(problemsIn(round, 'visit.yaml')).to.include('rating.yaml:11:11 call-recursive');
    expect(problemsIn(files, 'rating.yaml')).to.deep.equal([]);
  });
});
