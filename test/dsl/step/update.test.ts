import { expect } from 'chai';
import { compileText } from '../../../dsl/compile/compile.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { parseProject } from '../../../dsl/project/parse.ts';
import { given } from '../given-when-then.ts';

const PROJECT = `project: shop
locales: [en, es]
contact:
  attributes:
    segment: { enum: [new, gold] }
    visits: { type: integer, default: 0 }
    since: { type: time, optional: true }
`;

function machineIn(steps: string): Machine {
  const parsed = parseProject(PROJECT, { file: 'project.yaml' });
  if (!('project' in parsed)) throw new Error(JSON.stringify(parsed.diagnostics));
  const text = `conversation: profile\nstart: [{ match: { en: hello, es: hola } }]\nsteps:\n${steps}`;
  const compiled = compileText(text, { file: 'profile.yaml', project: parsed.project });
  if ('machine' in compiled) return compiled.machine;
  throw new Error(JSON.stringify(compiled.diagnostics));
}

describe('update', () => {
  it('changes what is known of the person, states it once, and is seen as contact', () => {
    const counting = machineIn(`
  - update: { visits: "\${contact.visits + 1}", segment: new }
  - say: { text: { en: "Visit \${contact.visits}, \${contact.segment}", es: "Visita \${contact.visits}" } }
`);
    const scene = given([counting]).reply('hello');
    expect(scene.happened()).to.include.members([
      'contact.updated {"attributes":{"visits":1,"segment":"new"}}',
      'says Visit 1, new',
    ]);
    expect(scene.reply('hello').happened()).to.include.members([
      'contact.updated {"attributes":{"visits":2}}',
      'says Visit 2, new',
    ]);
    expect(scene.state?.attributes).to.deep.equal({ visits: 2, segment: 'new' });
  });

  it('says later texts in the new language, and shows times in the new zone', () => {
    const moving = machineIn(`
  - say: { text: { en: "\${now.format('HH:mm')}", es: "a las \${now.format('HH:mm')}" } }
    update: { locale: es, zone: Europe/Paris }
  - say: { text: { en: "\${now.format('HH:mm')}", es: "a las \${now.format('HH:mm')}" } }
`);
    const scene = given([moving]).reply('hello');
    expect(scene.said()).to.deep.equal(['09:00', 'a las 10:00']);
    expect(scene.state).to.include({ locale: 'es', zone: 'Europe/Paris' });
    expect(scene.reply('hello').said()).to.deep.equal(['a las 10:00', 'a las 10:00']);
  });

  it('fails the conversation for a value that does not fit, and changes nothing', () => {
    const wrong = (update: string) =>
      given([machineIn(`  - update: ${update}\n`)])
        .reply('hello')
        .happened()
        .filter((line) => /^(contact\.updated|conversation\.failed)/.test(line));
    const zone = wrong(`{ zone: "\${'Mars/' + contact.connector}", segment: gold }`);
    expect(zone).to.have.length(1);
    expect(zone[0]).to.include('contact.zone is \\"Mars/webchat\\", not a time zone');
    expect(wrong(`{ segment: "\${contact.connector}" }`)[0]).to.include('not one of new, gold');
  });

  it('takes what was kept under another declaration as unknown', () => {
    const reading = machineIn(`
  - branch:
      - when: has(contact.segment)
        end: known
      - otherwise: next
`);
    const scene = given([reading], { locale: 'en' });
    if (scene.state) scene.state = { ...scene.state, attributes: { segment: 'platinum', other: 1 } };
    expect(scene.reply('hello').happened()).to.include('ends completed');
  });
});
