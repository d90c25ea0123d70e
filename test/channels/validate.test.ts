import { expect } from 'chai';
import { catalogueEntry } from '../../channels/catalogue.ts';
import { EventError, type EventProblem } from '../../channels/event-errors.ts';
import type { Event } from '../../channels/event.ts';
import { registeredSchemas } from '../../channels/registered-schemas.ts';
import type { ChannelName } from '../../channels/topics.ts';
import { checkEvent, checkEventSize, MAX_EVENT_BYTES, validateEvent } from '../../channels/validate.ts';
import { exampleEvent } from '../../scripts/generate/example-event.ts';

const requested = example('message.requested');
const booked: Event = { ...example('external.rejected'), type: 'com.clinic.appointment.booked', data: { id: 'a1' } };

describe('validateEvent', () => {
  const refused: readonly [string, unknown, ChannelName, Partial<EventProblem>][] = [
    ['what is no object', 'hello', 'messaging', { path: '', expected: 'object' }],
    ['an event without id', without(requested, 'id'), 'messaging', { path: 'id', remedy: 'add it' }],
    ['an event without data', without(booked, 'data'), 'external', { path: 'data', remedy: 'add it' }],
    [
      'another version of CloudEvents',
      { ...requested, specversion: '0.3' },
      'messaging',
      { path: 'specversion', expected: '"1.0"' },
    ],
    ['a time that is not in UTC', { ...requested, time: '2026-03-06T09:00:00-05:00' }, 'messaging', { path: 'time' }],
    ['a time that does not exist', { ...requested, time: '2026-02-30T09:00:00.000Z' }, 'messaging', { path: 'time' }],
    ['binary data', { ...booked, data_base64: 'aGk=' }, 'external', { path: 'data_base64', expected: 'no such field' }],
    ['a source that is no URI', { ...booked, source: 'a b' }, 'external', { path: 'source' }],
    ['an attribute that we do not know', { ...requested, priority: 'high' }, 'messaging', { path: 'priority' }],
    [
      'an event about nobody',
      without(requested, 'subject'),
      'messaging',
      { path: 'subject', expected: 'the contact key' },
    ],
    [
      'a routing key that is not the contact',
      { ...requested, partitionkey: 'x' },
      'messaging',
      { path: 'partitionkey' },
    ],
    ['a missing field', { ...requested, data: {} }, 'messaging', { path: 'data.message', remedy: 'add it' }],
    ['a misspelled field', withData({ txt: 'Hi' }), 'messaging', { path: 'data.txt', expected: 'no such field' }],
    ['a field of another type', withData({ text: 7 }), 'messaging', { path: 'data.text', expected: 'string' }],
    ['an address that is none', withData({ to: '555' }), 'messaging', { path: 'data.to' }],
    [
      'a mistake inside a list',
      withData({ choices: [{ label: 'Yes', value: 'Y' }, { label: 'No' }] }),
      'messaging',
      { path: 'data.choices[1].value' },
    ],
    ['a type of another channel', requested, 'timers', { path: 'type', remedy: 'publish it on channel "messaging"' }],
    ['an unknown type', { ...requested, type: 'message.lost' }, 'messaging', { path: 'type' }],
    ['a type of ours on the open channel', { ...booked, type: 'timer.fired' }, 'external', { path: 'type' }],
    ['a type that may become ours', { ...booked, type: 'message.starred' }, 'external', { path: 'type' }],
    ['a type without a domain', { ...booked, type: 'booked' }, 'external', { path: 'type' }],
  ];
  for (const [title, event, channel, problem] of refused) {
    it(`refuses ${title}, and says where`, () => {
      expect(validateEvent(event, channel)[0]).to.include(problem);
    });
  }

  it('reports everything that is wrong at once', () => {
    const problems = validateEvent(
      { ...requested, data: { ...(requested.data as object), to: 1, step: 2 } },
      'messaging',
    );
    expect(problems.map(({ path }) => path)).to.have.members(['data.to', 'data.step']);
  });

  it("takes a customer's own type, with extension attributes of its own, on the external channel", () => {
    expect(
      validateEvent({ ...booked, clinicsite: 'north', dataschema: 'https://clinic.example/booked' }, 'external'),
    ).to.deep.equal([]);
  });

  describe("with the schema of a customer's type registered", () => {
    const schemas = registeredSchemas({
      [booked.type]: { type: 'object', required: ['id'], properties: { id: { type: 'string', pattern: '^a\\d+$' } } },
    });

    it('takes data that fits it', () => {
      expect(validateEvent(booked, 'external', schemas)).to.deep.equal([]);
    });

    it('refuses data that does not', () => {
      expect(validateEvent({ ...booked, data: { id: 'b1' } }, 'external', schemas)[0]).to.include({ path: 'data.id' });
      expect(validateEvent({ ...booked, data: {} }, 'external', schemas)[0]).to.include({ path: 'data.id' });
    });

    it('asks nothing of other types', () => {
      expect(validateEvent({ ...booked, type: 'com.clinic.closed', data: 7 }, 'external', schemas)).to.deep.equal([]);
    });

    it('refuses a schema that is none', () => {
      expect(() => registeredSchemas({ 'com.clinic.closed': { type: 'mystery' } })).to.throw(
        EventError,
        /com\.clinic\.closed/,
      );
    });

    it('runs patterns in linear time', () => {
      const slow = registeredSchemas({ 'com.clinic.closed': { type: 'string', pattern: '^(a+)+$' } });
      const data = `${'a'.repeat(5000)}!`;
      expect(validateEvent({ ...booked, type: 'com.clinic.closed', data }, 'external', slow)).to.have.length(1);
    });
  });
});

describe('checkEvent', () => {
  const code = (event: unknown, channel: ChannelName): string | undefined => {
    try {
      checkEvent(event, channel);
      return undefined;
    } catch (error) {
      return error instanceof EventError ? error.code : String(error);
    }
  };

  it('tells a malformed event from one of an unknown type', () => {
    expect(code(requested, 'messaging')).to.equal(undefined);
    expect(code({ ...requested, data: {} }, 'messaging')).to.equal('event-malformed');
    expect(code({ ...requested, type: 'message.lost' }, 'messaging')).to.equal('event-type-unknown');
    expect(code(without(requested, 'type'), 'messaging')).to.equal('event-malformed');
    expect(code(undefined, 'messaging')).to.equal('event-malformed');
  });

  it('names the event, the field and the remedy in its message', () => {
    expect(() => {
      checkEvent(withData({ to: 'nobody' }), 'messaging');
    }).to.throw(
      /event "e-1" \(message\.requested\) is malformed:\n {2}data\.to: expected Where the message goes; "nobody"/,
    );
  });

  it('takes an event of exactly the most bytes, and refuses one more', () => {
    expect(() => {
      checkEventSize(requested, MAX_EVENT_BYTES);
    }).not.to.throw();
    expect(() => {
      checkEventSize(requested, MAX_EVENT_BYTES + 1);
    }).to.throw(EventError, /262145 bytes/);
  });
});

function example(type: string): Event {
  const entry = catalogueEntry(type);
  if (!entry) throw new Error(`no type ${type}`);
  return exampleEvent(entry);
}

function without(event: Event, attribute: keyof Event): unknown {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name !== attribute));
}

function withData(changes: Readonly<Record<string, unknown>>): Event {
  return { ...requested, data: { ...(requested.data as object), ...changes } };
}
