import { expect } from 'chai';
import { Readable } from 'node:stream';
import { registeredSchemas } from '../../../channels/registered-schemas.ts';
import type { ProblemDocument } from '../../../runtime/http/problem.ts';
import { ACME, BOOKED, EVENTS, openEdge, OTHER, structured, type Edge, type RequestOptions } from './edge.ts';

const BATCH = { 'content-type': 'application/cloudevents-batch+json' };

function batch(events: unknown): RequestOptions {
  return { method: 'POST', headers: BATCH, body: JSON.stringify(events) };
}

function raw(body: string | Buffer, type = 'application/cloudevents+json'): RequestOptions {
  return { method: 'POST', headers: { 'content-type': type }, body };
}

function binary(changes: Record<string, string>, body = '{}'): RequestOptions {
  const headers = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/x', 'ce-type': 'com.x' };
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers, ...changes }, body };
}

function nested(depth: number): unknown {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth));
}

type Case = readonly [title: string, request: RequestOptions, status: number, code: string, fields?: readonly string[]];

const cases: readonly Case[] = [
  ['no JSON', raw('{'), 400, 'request-malformed'],
  ['nothing', raw(''), 400, 'request-malformed'],
  ['bytes that are no UTF-8', raw(Buffer.from([0x22, 0xff, 0x22])), 400, 'request-malformed'],
  ['a list as one event', raw('[]'), 400, 'request-malformed'],
  ['a word as one event', raw('"x"'), 400, 'request-malformed'],
  ['an object as a batch', batch({}), 400, 'request-malformed'],
  ['a batch of words', batch(['x']), 400, 'request-malformed'],
  ['binary data that is no JSON', binary({}, 'hello'), 400, 'request-malformed'],
  ['a header with broken percent-encoding', binary({ 'ce-id': '100%' }), 400, 'request-malformed'],
  ['JSON without attributes', raw('{}', 'application/json'), 415, 'media-type-unsupported'],
  ['a form', raw('a=b', 'application/x-www-form-urlencoded'), 415, 'media-type-unsupported'],
  ['plain text, as any web page may send', raw(JSON.stringify(BOOKED), 'text/plain'), 415, 'media-type-unsupported'],
  ['Avro', raw('x', 'application/cloudevents+avro'), 415, 'media-type-unsupported'],
  ['another charset', raw('{}', 'application/cloudevents+json; charset=latin1'), 415, 'media-type-unsupported'],
  ['compressed content', binary({ 'content-encoding': 'gzip' }), 415, 'media-type-unsupported'],
  ['binary XML', binary({ 'content-type': 'text/xml' }), 415, 'media-type-unsupported'],
  ['an empty object', raw('{}'), 422, 'event-malformed', ['id', 'source', 'type', 'specversion']],
  ['no id', structured({ id: undefined }), 422, 'event-malformed', ['id']],
  ['an empty id', structured({ id: '' }), 422, 'event-malformed', ['id']],
  ['a number as id', structured({ id: 1 }), 422, 'event-malformed', ['id']],
  ['an endless id', structured({ id: 'x'.repeat(513) }), 422, 'event-malformed', ['id']],
  ['a control character in the id', structured({ id: 'a\u0000' }), 422, 'event-malformed', ['id']],
  ['half a surrogate pair', structured({ id: '\ud800' }), 422, 'event-malformed', ['id']],
  ['no source', structured({ source: undefined }), 422, 'event-malformed', ['source']],
  ['a source that is no URI', structured({ source: 'a b<>' }), 422, 'event-malformed', ['source']],
  ['no type', structured({ type: undefined }), 422, 'event-malformed', ['type']],
  ['a type of the catalogue', structured({ type: 'message.received' }), 422, 'event-malformed', ['type']],
  [
    "the catalogue's type for this channel",
    structured({ type: 'external.rejected' }),
    422,
    'event-malformed',
    ['type'],
  ],
  ['a type kept for the platform', structured({ type: 'message.sung' }), 422, 'event-malformed', ['type']],
  ['a type of one word', structured({ type: 'booked' }), 422, 'event-malformed', ['type']],
  ['CloudEvents 0.3', structured({ specversion: '0.3' }), 422, 'event-malformed', ['specversion']],
  ['no specversion', structured({ specversion: undefined }), 422, 'event-malformed', ['specversion']],
  ['a time in words', structured({ time: 'yesterday' }), 422, 'event-malformed', ['time']],
  ['a time without offset', structured({ time: '2026-03-06T09:00:00' }), 422, 'event-malformed', ['time']],
  ['a time that could not be stored', structured({ time: '9999-01-01T00:00:00Z' }), 422, 'event-malformed', ['time']],
  ['one long ago', structured({ time: '1899-12-31T23:59:59Z' }), 422, 'event-malformed', ['time']],
  ['a number as time', structured({ time: 1 }), 422, 'event-malformed', ['time']],
  ['data in base64', structured({ data: undefined, data_base64: 'AA==' }), 422, 'event-malformed', ['data_base64']],
  ['data that is no JSON', structured({ datacontenttype: 'text/xml' }), 422, 'event-malformed', ['datacontenttype']],
  ['an extension in capitals', structured({ clinicRegion: 'n' }), 422, 'event-malformed', ['clinicRegion']],
  ['an extension that is an object', structured({ region: {} }), 422, 'event-malformed', ['region']],
  ['a trace context that is none', structured({ traceparent: 'x' }), 422, 'event-malformed', ['traceparent']],
  ['data nested without end', structured({ data: nested(66) }), 422, 'event-malformed', ['data']],
  [
    'data nested to break the stack',
    raw(`{"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    422,
    'event-malformed',
  ],
  ['a prototype', raw(JSON.stringify(BOOKED).replace('{', '{"__proto__":{"id":1},')), 422, 'event-malformed'],
  [
    'a batch with wrong events, all of them named',
    batch([BOOKED, { ...BOOKED, id: undefined }, { ...BOOKED, time: 'x', type: 'message.sent' }]),
    422,
    'event-malformed',
    ['[1].id', '[2].type', '[2].time'],
  ],
  ['an event above 256 KiB', structured({ data: 'x'.repeat(256 * 1024) }), 413, 'request-too-large'],
  [
    'an event above 256 KiB in a batch',
    batch([BOOKED, { ...BOOKED, data: 'x'.repeat(256 * 1024) }]),
    413,
    'event-too-large',
  ],
  ['a batch of 1001', batch(Array.from({ length: 1001 }, () => BOOKED)), 413, 'request-too-large'],
  ['a batch above 4 MiB', raw(`[${' '.repeat(4 * 1024 * 1024)}]`, BATCH['content-type']), 413, 'request-too-large'],
  ['far too much', raw(Buffer.alloc(1024 * 1024, 32)), 413, 'request-too-large'],
];

describe('POST external events: what is refused', () => {
  let edge: Edge;
  before(async () => {
    edge = await openEdge();
  });
  after(() => edge.close());

  for (const [title, request, status, code, fields] of cases) {
    it(`${status.toString()} ${code}: ${title}`, async () => {
      const answer = await edge.send(EVENTS, request);
      expect(answer.status, answer.text).to.equal(status);
      expect(answer.headers['content-type']).to.match(/^application\/problem\+json/);
      const problem: ProblemDocument = answer.problem();
      expect(problem).to.include({ status, code, type: `/errors/${code}` });
      expect(problem.title).not.to.equal('');
      expect(problem.detail).not.to.equal('');
      if (fields) expect(problem.errors?.map(({ field }) => field)).to.have.members(fields);
      expect(answer.text).not.to.match(/node_modules|\.ts:|\bat \w+ \(/);
      expect(edge.published, 'nothing is published').to.deep.equal([]);
    });
  }

  it('413 while the client is still sending, without a length announced', async () => {
    const bytes = { sent: 0 };
    const answer = await edge.send(EVENTS, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: Readable.from(chunks(bytes)),
    });
    expect(answer.status).to.equal(413);
    expect(bytes.sent).to.be.below(1200 * 1024);
  });
});

describe("POST external events: with a customer's own schemas", () => {
  let edge: Edge;
  const registered = registeredSchemas({
    [BOOKED.type]: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
  });

  before(async () => {
    edge = await openEdge({ registered: (tenant) => (tenant === ACME ? registered : undefined) });
  });
  after(() => edge.close());

  it('refuses a whole batch for one event that does not fit, before any of it is published', async () => {
    const fits = Array.from({ length: 5 }, (_, n) => ({ ...BOOKED, id: `b-${n.toString()}` }));
    const answer = await edge.send(EVENTS, batch([...fits, { ...BOOKED, id: 'b-5', data: { id: 5 } }, BOOKED]));
    expect(answer.status, answer.text).to.equal(422);
    expect(answer.problem()).to.include({ code: 'event-malformed' });
    expect(answer.problem().errors?.map(({ field }) => field)).to.deep.equal(['[5].data.id']);
    expect(edge.published, 'nothing is published').to.deep.equal([]);
  });

  it('takes what fits, types without a schema, and what other tenants send', async () => {
    const other = { ...BOOKED, type: 'com.clinic.closed', data: 7 };
    expect((await edge.send(EVENTS, batch([BOOKED, other]))).status).to.equal(202);
    const misfit = structured({ data: {} });
    expect((await edge.send(EVENTS.replace(ACME, OTHER), misfit)).status).to.equal(202);
    expect(edge.published).to.have.length(3);
  });
});

/** 1.2 MiB in pieces: more than an event's limit, less than what the server reads to give its answer a chance. */
async function* chunks(counter: { sent: number }): AsyncGenerator<Buffer> {
  for (let index = 0; index < 18; index++) {
    counter.sent += 64 * 1024;
    yield Buffer.alloc(64 * 1024, 32);
    await Promise.resolve();
  }
}
