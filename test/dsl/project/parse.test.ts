import { expect } from 'chai';
import { compileText } from '../../../dsl/compile/compile.ts';
import { parseProject } from '../../../dsl/project/parse.ts';
import { NO_PROJECT, type Project } from '../../../dsl/project/project.ts';

const codes = (text: string): readonly string[] => {
  const parsed = parseProject(text, { file: 'project.yaml' });
  return 'diagnostics' in parsed
    ? parsed.diagnostics.map(({ code, file, line, column }) => `${file}:${line}:${column} ${code}`)
    : [];
};
const projectIn = (text: string): Project => {
  const parsed = parseProject(`project: clinic\n${text}`, { file: 'project.yaml' });
  if ('project' in parsed) return parsed.project;
  throw new Error(JSON.stringify(parsed.diagnostics));
};
const machine = (text: string, project: Project = NO_PROJECT) => {
  const compiled = compileText(text, { file: 'hello.yaml', project });
  if ('machine' in compiled) return compiled.machine;
  throw new Error(JSON.stringify(compiled.diagnostics));
};

const HELLO = 'conversation: hello\nstart: [{ match: hello }]\nsteps:\n  - say: { text: { en: Hi, es: Hola } }\n';

describe('project.yaml', () => {
  it('says what definitions need not repeat', () => {
    const project = projectIn(
      'locales: [en, es]\nzone: Europe/Paris\ncountry: FR\nlifetime: 2d\nsend: { window: { from: "09:00", to: "20:00", otherwise: hold } }\n',
    );
    expect(machine(HELLO, project)).to.deep.include({
      ...{ locales: ['en', 'es'], zone: 'Europe/Paris', country: 'FR', lifetimeMs: 2 * 86_400_000 },
      send: { window: { from: 540, to: 1200, otherwise: 'hold' }, exceptReplies: true },
    });
  });

  it('gives way to what a definition says itself', () => {
    const project = projectIn('locales: [de]\nzone: Europe/Paris\nlifetime: 2d\n');
    const own = machine(`locales: [en, es]\nzone: America/New_York\nlifetime: 5d\n${HELLO}`, project);
    expect(own).to.deep.include({ locales: ['en', 'es'], zone: 'America/New_York', lifetimeMs: 5 * 86_400_000 });
  });

  it('makes no new version of definitions that do not use what changes in it', () => {
    const plain = 'conversation: hello\nstart: [{ match: hello }]\nsteps:\n  - say: Hi\n';
    const with1 = machine(plain, projectIn('contact: { attributes: { segment: text } }\n'));
    expect(with1.hash).to.equal(machine(plain).hash);
    const using = `${plain}  - update: { segment: gold }\n`;
    expect(machine(using, projectIn('contact: { attributes: { segment: text } }\n')).attributes).to.deep.equal({
      segment: { type: 'text' },
    });
  });

  it('is reported with its own file, line and column', () => {
    expect(codes('project: clinic\nzone: Mars/Phobos\n')).to.deep.equal(['project.yaml:2:7 zone-unknown']);
    expect(codes('project: clinic\nlocals: [en]\n')).to.deep.equal(['project.yaml:2:1 unknown-key']);
    expect(codes('project: clinic\nlocales: [en, xx]\n')).to.deep.equal(['project.yaml:2:15 language-unknown']);
    expect(codes('project: clinic\nconnectors: { sms: { reply-window: soon } }\n')).to.deep.equal([
      'project.yaml:2:36 duration-invalid',
    ]);
    expect(codes('project: clinic\nlifetime: soon\n')).to.deep.equal(['project.yaml:2:11 duration-invalid']);
    expect(codes('project: clinic\ncontact: { attributes: { locale: text } }\n')).to.deep.equal([
      'project.yaml:2:26 wrong-value',
    ]);
    expect(codes('locales: [en]\n')).to.deep.equal(['project.yaml:1:1 missing-key']);
  });
});
