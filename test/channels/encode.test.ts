import { expect } from 'chai';
import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { catalogueEntries, catalogueEntry } from '../../channels/catalogue.ts';
import type { EventCodec } from '../../channels/codec.ts';
import { decodeEvent, encodeEvent } from '../../channels/encode.ts';
import { UndecodableEventError } from '../../channels/event-errors.ts';
import type { Event } from '../../channels/event.ts';
import { exampleEvent } from '../../scripts/generate/example-event.ts';

const examples = catalogueEntries().map(exampleEvent);

/** A codec that hides what it is given, and remembers for whom. */
function xorCodec(contacts: (string | undefined)[]): EventCodec {
  const flip = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x5a));
  return {
    encode: (json, contact) => {
      contacts.push(contact);
      return flip(Buffer.from(json));
    },
    decode: (bytes) => flip(bytes).toString(),
  };
}

describe('encodeEvent and decodeEvent', () => {
  it('give back every event of the catalogue', () => {
    for (const event of examples) expect(decodeEvent(encodeEvent(event).payload)).to.deep.equal(event);
  });

  it('give back any data and any text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (data, id) => {
        const event = { ...(examples[0] as Event), id, data } as Event;
        expect(JSON.stringify(decodeEvent(encodeEvent(event).payload))).to.equal(JSON.stringify(event));
      }),
    );
  });

  it('write what the CloudEvents SDK reads as the same event', () => {
    for (const event of examples) {
      const { payload, properties } = encodeEvent(event);
      const read = HTTP.toEvent({ headers: { 'content-type': properties['content-type'] }, body: payload.toString() });
      expect(read).to.be.instanceOf(CloudEvent);
      expect(new CloudEvent(event as object).validate(), event.type).to.equal(true);
      expect(JSON.parse(JSON.stringify(read)), event.type).to.deep.equal(event);
    }
  });

  it('repeat what routes and filters as message properties', () => {
    const event = example('message.sent');
    expect(encodeEvent(event).properties).to.deep.equal({
      ce_type: 'message.sent',
      ce_source: '/engine/acme/3/0',
      ce_id: 'e-1',
      ce_subject: 'c-de430df58cab6a2947f0218641b640ac',
      ce_sequence: '0000000000000041',
      'content-type': 'application/cloudevents+json',
    });
  });

  it('key a message by the routing key, else by the id', () => {
    expect(encodeEvent(example('message.sent')).key).to.equal('c-de430df58cab6a2947f0218641b640ac');
    expect(encodeEvent(example('tenant.created')).key).to.equal('e-1');
  });

  it('pass every payload through the codec, which learns whose it is', () => {
    const contacts: (string | undefined)[] = [];
    const codec = xorCodec(contacts);
    const event = example('message.received');
    const { payload } = encodeEvent(event, codec);
    expect(payload.toString()).not.to.include('sure');
    expect(decodeEvent(payload, codec)).to.deep.equal(event);
    expect(contacts).to.deep.equal([event.subject]);
  });

  const undecodable: readonly [string, string][] = [
    ['no JSON', '{"id":'],
    ['no object', '[1]'],
    ['null', 'null'],
    ['no event', '{"hello":"world"}'],
    ['another version', JSON.stringify({ ...example('message.sent'), specversion: '0.3' })],
  ];
  for (const [title, payload] of undecodable) {
    it(`refuse a payload that is ${title}`, () => {
      expect(() => decodeEvent(Buffer.from(payload))).to.throw(UndecodableEventError);
    });
  }
});

function example(type: string): Event {
  const entry = catalogueEntry(type);
  if (!entry) throw new Error(`no type ${type}`);
  return exampleEvent(entry);
}
