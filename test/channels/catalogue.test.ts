import { expect } from 'chai';
import { CATALOGUE, catalogueEntries, catalogueEntry, personalFields } from '../../channels/catalogue.ts';
import { CHANNELS } from '../../channels/topics.ts';
import { validateEvent } from '../../channels/validate.ts';
import { exampleEvent } from '../../scripts/generate/example-event.ts';

describe('the event catalogue', () => {
  it('has the nine channels, each under its own name', () => {
    expect(Object.values(CATALOGUE).map(({ name }) => name)).to.have.members([...CHANNELS]);
    for (const channel of CHANNELS) expect(CATALOGUE[channel].name).to.equal(channel);
  });

  it('has at least forty types, none of them on two channels', () => {
    const types = Object.values(CATALOGUE).flatMap(({ events }) => Object.keys(events));
    expect(types.length).to.be.at.least(40);
    expect(new Set(types).size).to.equal(types.length);
  });

  for (const entry of catalogueEntries()) {
    it(`gives a valid example of ${entry.type}`, () => {
      expect(validateEvent(exampleEvent(entry), entry.channel)).to.deep.equal([]);
    });
  }

  it('describes every field of every type', () => {
    const bare = catalogueEntries().flatMap(({ type, data }) =>
      Object.entries(data.properties ?? {})
        .filter(([, field]) => field.description === undefined)
        .map(([field]) => `${type} ${field}`),
    );
    expect(bare, 'fields without a description').to.deep.equal([]);
  });

  it('knows which fields are personal, also inside lists', () => {
    expect(personalFields('message.requested')).to.have.members([
      ...['to', 'text', 'choices[].label', 'subject', 'html'],
      ...['media[].url', 'media[].alt', 'template.with'],
    ]);
    expect(personalFields('contact.created')).to.include('addresses[]');
    expect(personalFields('com.example.unknown')).to.deep.equal([]);
  });

  it('finds a type, its schema and its channel', () => {
    expect(catalogueEntry('message.sent')).to.include({ type: 'message.sent', channel: 'messaging' });
    expect(catalogueEntry('message.lost')).to.equal(undefined);
  });
});
