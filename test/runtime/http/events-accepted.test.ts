import { expect } from 'chai';
import { CloudEvent, HTTP } from 'cloudevents';
import { BOOKED, EVENTS, openEdge, structured, type Answer, type Edge } from './edge.ts';

describe('POST external events: what is accepted', () => {
  let edge: Edge;
  before(async () => {
    edge = await openEdge();
  });
  beforeEach(() => {
    edge.published.length = 0;
  });
  after(() => edge.close());

  async function accepted(answer: Answer): Promise<readonly unknown[]> {
    expect(answer.status, answer.text).to.equal(202);
    return Promise.resolve((answer.json() as { accepted: unknown[] }).accepted);
  }

  it('a structured event keeps its id and source, is keyed by its id, and its time is brought to UTC', async () => {
    const ids = await accepted(await edge.send(EVENTS, structured()));
    expect(ids).to.deep.equal([{ source: BOOKED.source, id: 'b-1' }]);
    expect(edge.published).to.deep.equal([
      {
        tenant: 'acme',
        event: {
          ...BOOKED,
          time: '2026-03-06T14:00:00.500Z',
          datacontenttype: 'application/json',
          partitionkey: 'b-1',
        },
      },
    ]);
  });

  it('a binary event, its headers percent-encoded or quoted', async () => {
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'ce-specversion': '1.0',
      'ce-id': 'b%201%E2%82%AC',
      'ce-source': '"/clinic/bookings"',
      'ce-type': 'com.clinic.appointment.booked',
      'ce-clinicregion': 'north',
    };
    await accepted(await edge.send(EVENTS, { method: 'POST', headers, body: '{"id":"a1"}' }));
    expect(edge.published[0]?.event).to.deep.include({
      id: 'b 1€',
      source: '/clinic/bookings',
      clinicregion: 'north',
      time: '2026-03-06T14:00:00.000Z',
      data: { id: 'a1' },
    });
  });

  it('a batch, in its order', async () => {
    const batch = ['x', 'y', 'z'].map((id) => ({ ...BOOKED, id }));
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const ids = await accepted(await edge.send(EVENTS, { method: 'POST', headers, body: JSON.stringify(batch) }));
    expect(ids).to.deep.equal(batch.map(({ id, source }) => ({ source, id })));
    expect(edge.published.map(({ event }) => event.id)).to.deep.equal(['x', 'y', 'z']);
  });

  it('an empty batch', async () => {
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    expect(await accepted(await edge.send(EVENTS, { method: 'POST', headers, body: '[]' }))).to.deep.equal([]);
  });

  it("what the CloudEvents SDK's own sender makes, in both modes", async () => {
    const event = new CloudEvent({ ...BOOKED, time: '2026-03-06T14:00:00.000Z' });
    for (const { headers, body } of [HTTP.binary(event), HTTP.structured(event)]) {
      const answer = await edge.send(EVENTS, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body: body as string,
      });
      await accepted(answer);
    }
    const [binary, asStructured] = edge.published;
    expect(binary).to.deep.equal(asStructured);
  });

  for (const data of [0, 1.5, false, '', 'text', null, [], [1, { a: [] }], { __proto__x: 1 }]) {
    it(`data ${JSON.stringify(data)} exactly as it is, in both modes`, async () => {
      const headers = {
        'content-type': 'application/json',
        'ce-specversion': '1.0',
        'ce-id': '1',
        'ce-source': '/x',
        'ce-type': 'com.x',
      };
      await accepted(await edge.send(EVENTS, { method: 'POST', headers, body: JSON.stringify(data) }));
      await accepted(await edge.send(EVENTS, structured({ data })));
      expect(edge.published.map(({ event }) => event.data)).to.deep.equal([data, data]);
    });
  }

  it('an event without data, as null', async () => {
    await accepted(await edge.send(EVENTS, structured({ data: undefined })));
    expect(edge.published[0]?.event.data).to.equal(null);
  });

  it("a customer's own routing and order, moved out of the platform's way", async () => {
    const own = { partitionkey: 'p', sequence: '7', correlationid: 'c', causationid: 'd' };
    await accepted(await edge.send(EVENTS, structured({ ...own, subject: 'order-9' })));
    expect(edge.published[0]?.event).to.include({
      partitionkey: 'b-1',
      originpartitionkey: 'p',
      originsequence: '7',
      origincorrelationid: 'c',
      origincausationid: 'd',
      subject: 'order-9',
    });
    expect(edge.published[0]?.event).not.to.have.any.keys('sequence', 'correlationid', 'causationid');
  });

  it('null attributes, as if they were not there', async () => {
    await accepted(await edge.send(EVENTS, structured({ subject: null, dataschema: null, time: null })));
    expect(edge.published[0]?.event).not.to.have.any.keys('subject', 'dataschema');
  });

  it('JSON of a more particular type', async () => {
    await accepted(await edge.send(EVENTS, structured({ datacontenttype: 'application/vnd.clinic+json' })));
    expect(edge.published[0]?.event.datacontenttype).to.equal('application/json');
  });

  it('an event of exactly 256 KiB', async () => {
    await accepted(await edge.send(EVENTS, structured()));
    const limit = 256 * 1024;
    const length = limit - Buffer.byteLength(JSON.stringify({ ...edge.published[0]?.event, data: '' }));
    await accepted(await edge.send(EVENTS, structured({ data: 'x'.repeat(length) })));
    const answer = await edge.send(EVENTS, structured({ data: 'x'.repeat(length + 1) }));
    expect(answer.status).to.equal(413);
  });

  it('answers only after the publish is durable', async () => {
    let finish: () => void = () => undefined;
    const durable = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let called: () => void = () => undefined;
    const publishing = new Promise<void>((resolve) => {
      called = resolve;
    });
    const slow = await openEdge({
      publisher: {
        publishExternal: () => {
          called();
          return durable;
        },
      },
    });
    try {
      let answered = false;
      const answer = slow.send(EVENTS, structured()).finally(() => {
        answered = true;
      });
      await publishing;
      expect(answered).to.equal(false);
      finish();
      expect((await answer).status).to.equal(202);
    } finally {
      await slow.close();
    }
  });
});
