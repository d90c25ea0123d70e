import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { expect } from 'chai';
import { catalogueEntries, personalFields } from '../../channels/catalogue.ts';
import { CHANNELS } from '../../channels/topics.ts';

const PAGE = join(import.meta.dirname, '../../docs/reference/asyncapi.json');

interface Document {
  readonly channels: Readonly<Record<string, { readonly messages: object }>>;
  readonly components: {
    readonly messages: Readonly<
      Record<string, { readonly payload: object; readonly examples: readonly [{ readonly payload: unknown }] }>
    >;
  };
}

describe('docs/reference/asyncapi.json', () => {
  let text: string;
  let document: Document;

  before(async () => {
    text = await readFile(PAGE, 'utf8');
    document = JSON.parse(text) as Document;
  });

  it('is an AsyncAPI 3 document', () => {
    const ajv = new Ajv({ strict: false, formats: fullFormats, meta: false, validateSchema: false });
    const validate = ajv.compile(specs.schemas['3.0.0'] as object);
    validate(document);
    expect(validate.errors, JSON.stringify(validate.errors?.slice(0, 3))).to.equal(null);
  });

  it('has every channel and every type', () => {
    expect(Object.keys(document.channels)).to.have.members([...CHANNELS]);
    const types = catalogueEntries().map(({ type }) => type);
    expect(Object.keys(document.components.messages)).to.have.members(types);
    expect(Object.values(document.channels).flatMap(({ messages }) => Object.keys(messages))).to.have.members(types);
  });

  it('refers only to what it has', () => {
    for (const [, pointer = ''] of text.matchAll(/"\$ref": "#\/([^"]+)"/g)) {
      const target = pointer
        .split('/')
        .reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>> | undefined)?.[name], document);
      expect(target, pointer).to.be.an('object');
    }
  });

  it("carries examples that its own schemas accept, and refuses another type's", () => {
    const ajv = new Ajv({ strict: false, formats: fullFormats });
    ajv.addSchema(document, 'asyncapi');
    const valid = (type: string, payload: unknown): unknown =>
      ajv.getSchema(`asyncapi#/components/messages/${type}/payload`)?.(payload);
    for (const [type, { examples }] of Object.entries(document.components.messages)) {
      expect(valid(type, examples[0].payload), type).to.equal(true);
      const other = type === 'timer.fired' ? 'timer.cancelled' : 'timer.fired';
      expect(valid(other, examples[0].payload), `${type} as ${other}`).to.equal(false);
    }
  });

  it('marks what is personal', () => {
    expect(personalFields('message.received')).to.have.length(2);
    expect(text.match(/"x-personal": true/g)?.length).to.equal(
      catalogueEntries().flatMap(({ type }) => personalFields(type)).length,
    );
  });
});
