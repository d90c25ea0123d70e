import { expect } from 'chai';
import * as fc from 'fast-check';
import type { ContactKey, ConversationId } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { decodeEvent, encodeEvent } from '../../../channels/encode.ts';
import { eventOf, type OutgoingEmission } from '../../../dsl/step/outgoing.ts';
import { stepJson, type StepRecord } from '../../../runtime/engine/journal-record.ts';
import { decodeRecord } from '../../../runtime/engine/journal.ts';
import { outputIdsOf, outputsOf, OutputWriter } from '../../../runtime/engine/output-writer.ts';
import { RecordTooLargeError } from '../../../runtime/engine/record-size.ts';

const SOURCE = '/engine/acme/3/g"1';
const NOW = Date.UTC(2026, 2, 6, 14);

/** Texts as hostile as JSON allows, and JSON values built of them. */
const text = fc.string({ unit: 'binary', maxLength: 12 });
const data = fc.jsonValue({ maxDepth: 3 });
const subject = fc.option(fc.constantFrom('c-1', 'c-2 "quoted"'), { nil: undefined });
const emission: fc.Arbitrary<OutgoingEmission> = fc
  .record({
    to: fc.constantFrom('conversations', 'messaging', 'external', 'operations', 'inbox' as const),
    type: text,
    data,
    subject,
    conversation: fc.option(text, { nil: undefined }),
    hops: fc.option(fc.nat(20), { nil: undefined }),
  })
  .map(({ subject: about, conversation, hops, ...rest }) => ({
    ...rest,
    ...(about === undefined ? {} : { subject: about as ContactKey }),
    ...(conversation === undefined ? {} : { conversation: conversation as ConversationId }),
    ...(hops === undefined ? {} : { hops }),
  }));

const placement = (to: string, key: string): string => `persistent://acme/${to}/events-partition-${key.length % 4}`;

function write(emissions: readonly OutgoingEmission[], contact: string | undefined, cause: string) {
  const context = { sequence: 7, now: NOW, contact, cause };
  return new OutputWriter(SOURCE, placement, PLAIN_CODEC).write(emissions, context);
}

describe('The events of a step', () => {
  it('are, to the byte, what JSON.stringify makes of them, under the properties that every event has', () => {
    fc.assert(
      fc.property(fc.array(emission, { maxLength: 6 }), subject, text, (emissions, contact, cause) => {
        for (const [place, output] of write(emissions, contact, cause).outputs.entries()) {
          const stated = emissions[place];
          if (!stated) throw new Error('more outputs than emissions');
          const event = eventOf(stated, place, { source: SOURCE, sequence: 7, now: NOW, causationid: cause });
          const { key, properties, payload } = output.message();
          expect(payload.toString()).to.equal(JSON.stringify(event));
          expect({ key, properties, payload }).to.eql(encodeEvent(event));
          expect(output.topic).to.equal(placement(stated.to, key));
        }
      }),
    );
  });

  it('come back the same from the record that states what they do not share', () => {
    fc.assert(
      fc.property(fc.array(emission, { maxLength: 6 }), subject, text, (emissions, contact, cause) => {
        const { outputs, recorded } = write(emissions, contact, cause);
        const head = { epoch: 1, sequence: 7, now: NOW, input: { id: 'i', type: 't' }, published: 0 };
        const json = stepJson(
          { ...head, contact: contact as ContactKey | undefined, positions: {}, marks: {} },
          undefined,
          recorded,
        );
        const record = decodeRecord(Buffer.from(json), PLAIN_CODEC) as StepRecord;
        const messages = outputs.map((output) => output.message());
        const again = outputsOf(record, PLAIN_CODEC);
        expect(again.map((output) => output.message())).to.eql(messages);
        expect(again.map(({ topic }) => topic)).to.eql(outputs.map(({ topic }) => topic));
        expect(outputIdsOf(record)).to.eql(messages.map(({ payload }) => decodeEvent(payload).id));
      }),
    );
  });

  it('are bounded, so that their sequences never meet those of the next step', () => {
    const one: OutgoingEmission = { to: 'operations', type: 't', data: {} };
    expect(() => write(Array<OutgoingEmission>(1025).fill(one), undefined, 'c')).to.throw(RecordTooLargeError);
  });
});
