import { expect } from 'chai';
import { TARGETED } from '../../../dsl/step/contract.ts';
import { given, machineOf, type Scene, type World } from '../given-when-then.ts';

const definition = (again = '') =>
  machineOf(`
conversation: flu-shot
locales: [en, es]
start:
  - broadcast: true${again === '' ? '' : `\n    again: ${again}`}
inputs:
  place: text
  count: { type: integer, default: 1 }
steps:
  - ask: { text: { en: "Come to \${inputs.place} at \${now.format('HH:mm')}, \${inputs.count}?", es: "¿\${inputs.place}?" } }
    within: 1h
    silence: [{ end: silent }]
`);

const TYPE = 'broadcast.recipient-targeted';

/** A person, and what targets them. */
function scene(
  machine = definition(),
  world: World = {},
): { readonly person: Scene; readonly target: (more?: object) => Scene } {
  const person = given([machine], { address: 'tel:+12125550123', ...world });
  const { hash, name } = machine;
  return {
    person,
    target: (more = {}) => {
      const to = person.address;
      const data = { broadcast: 'season', connector: 'sms', to, definition: name, machine: hash, ...more };
      const event = person.eventOf(TYPE, data);
      return person.receive(TARGETED, { definition: name, machine: hash, address: to, event });
    },
  };
}

const skipped = (lines: readonly string[]) =>
  lines
    .filter((line) => line.startsWith('broadcast.recipient-skipped'))
    .map((line) => (JSON.parse(line.slice(line.indexOf('{'))) as { reason: string }).reason);

describe('a start by a broadcast', () => {
  it('takes the inputs of the recipient, in their declared types and with defaults', () => {
    expect(
      scene()
        .target({ inputs: { place: 'Main St' } })
        .said(),
    ).to.deep.equal(['Come to Main St at 09:00, 1?']);
  });

  it('keeps what the list says of a person, before it chooses the language and the zone', () => {
    const spanish = scene();
    const lines = spanish.target({ inputs: { place: 'Plaza' }, locale: 'es-MX', zone: 'America/New_York' }).happened();
    expect(lines).to.include('contact.updated {"locale":"es-MX","zone":"America/New_York"}');
    expect(lines).to.include('says ¿Plaza?');
    expect(spanish.person.state).to.include({ locale: 'es-MX', zone: 'America/New_York' });
    const english = scene().target({ inputs: { place: 'Plaza' }, zone: 'America/New_York' });
    expect(english.said()).to.deep.equal(['Come to Plaza at 04:00, 1?']);
  });

  it('says of the list only what is new', () => {
    const lines = scene(definition(), { locale: 'es' })
      .target({ inputs: { place: 'Plaza' }, locale: 'es' })
      .happened();
    expect(lines.filter((line) => line.startsWith('contact.updated'))).to.deep.equal([]);
  });

  it('skips who has opted out, and states why on the broadcast', () => {
    const { person, target } = scene();
    person.reply('stop');
    expect(skipped(target({ inputs: { place: 'x' }, locale: 'es' }).happened())).to.deep.equal([
      'the contact opted out of sms',
    ]);
    expect(person.state).not.to.have.property('locale');
  });

  it('skips whose inputs do not fit', () => {
    expect(
      skipped(
        scene()
          .target({ inputs: { place: 7 } })
          .happened(),
      ),
    ).to.deep.equal(['inputs.place is 7, not a text']);
    expect(skipped(scene().target().happened())).to.deep.equal(['inputs.place is missing']);
  });

  it('skips with whom it is open, unless the definition says otherwise', () => {
    const inputs = { place: 'x' };
    const twice = (again?: string): readonly string[] => {
      const { target } = scene(definition(again));
      target({ inputs });
      return target({ inputs }).happened();
    };
    expect(skipped(twice())).to.deep.equal(['it is under way already']);
    expect(twice('parallel').filter((line) => line.startsWith('starts'))).to.have.length(2);
    expect(skipped(twice('restart'))).to.deep.equal([]);
  });

  it('skips where the machine is not known, or does not start so', () => {
    const { person: made } = scene();
    const data = { broadcast: 'season', connector: 'sms', to: made.address, inputs: {} };
    const event = made.eventOf(TYPE, data);
    made.receive(TARGETED, { definition: 'flu-shot', machine: 'sha256:0', address: made.address, event });
    expect(skipped(made.happened())).to.deep.equal(['machine sha256:0 is not known here']);
  });

  it('starts once, however often the event comes', () => {
    const { person: made } = scene();
    const event = {
      ...made.eventOf(TYPE, {
        ...{ broadcast: 'season', connector: 'sms', to: made.address, inputs: { place: 'x' } },
      }),
    };
    const { hash: machine } = definition();
    const data = { definition: 'flu-shot', machine, address: made.address, event };
    made.receive(TARGETED, data);
    made.reply('yes').happened();
    expect(made.receive(TARGETED, data).happened()).to.deep.equal([]);
  });
});

describe('a start by a schedule', () => {
  const scheduled = machineOf(`
conversation: renewals
zone: Europe/Berlin
start:
  - broadcast: true
  - schedule: { at: "09:00", days: mon-fri, list: members }
  - schedule: { at: "18:00", list: members, zone: Europe/Lisbon }
    again: restart
steps:
  - ask: { text: "Stay?" }
    within: 1h
    silence: [{ end: silent }]
`);

  it('is known by its list and time of day, in the zone of the definition unless it has its own', () => {
    expect(scheduled.starts.slice(1)).to.deep.include.members([
      {
        ...{ on: 'schedule', at: { minutes: 540, days: [1, 2, 3, 4, 5] }, zone: 'Europe/Berlin', list: 'members' },
        ...{ again: 'ignore', line: 6, column: 5 },
      },
      {
        ...{ on: 'schedule', at: { minutes: 1080 }, zone: 'Europe/Lisbon', list: 'members' },
        ...{ again: 'restart', line: 7, column: 5 },
      },
    ]);
  });

  it('follows its own rule for starting again', () => {
    const { target } = scene(scheduled);
    expect(target({ schedule: { list: 'members', at: '09:00' } }).said()).to.deep.equal(['Stay?']);
    expect(skipped(target({ schedule: { list: 'members', at: '09:00' } }).happened())).to.deep.equal([
      'it is under way already',
    ]);
    expect(target({ schedule: { list: 'members', at: '18:00' } }).happened()).to.include('says Stay?');
  });

  it('skips, with the reason, where the definition has no such schedule', () => {
    const reasons = skipped(
      scene(scheduled)
        .target({ schedule: { list: 'members', at: '10:00' } })
        .happened(),
    );
    expect(reasons).to.deep.equal(['renewals does not start by this schedule']);
  });
});
