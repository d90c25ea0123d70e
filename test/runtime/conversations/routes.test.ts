import { expect } from 'chai';
import type { Event } from '../../../channels/event.ts';
import {
  Conversations,
  type ConversationDetail,
  type ConversationList,
} from '../../../runtime/conversations/conversations.ts';
import { conversationRoutes } from '../../../runtime/conversations/routes.ts';
import { StoredConversations } from '../../../runtime/conversations/stored.ts';
import type { NewEvent } from '../../../runtime/events/publisher.ts';
import { StoreError } from '../../../runtime/store/errors.ts';
import { applySchema, createTenantViews } from '../../../runtime/store/schema.ts';
import { tableOf } from '../../../runtime/store/rows.ts';
import { ACME, openEdge, OTHER, type Edge } from '../http/edge.ts';
import { eventRow, temporaryStore, type TemporaryStore } from '../store/embedded-store.ts';

const PATH = '/v1/tenants/acme/conversations';

describe('conversations over HTTP', function () {
  this.timeout(60_000);
  let temporary: TemporaryStore;
  let edge: Edge;
  let isAway: boolean;
  const asked: { readonly channel: string; readonly event: NewEvent }[] = [];

  const row = (sequence: number, conversation: string, type: string, data: object, fields: object = {}): object =>
    eventRow({
      ...{ id: `e${sequence}`, sequence, position: `1:${sequence}`, channel: 'conversations', conversation, type },
      ...{ subject: `c-of-${conversation}`, data: JSON.stringify(data) },
      ...{ time: `2026-03-06T14:00:0${sequence}.000Z`, published: `2026-03-06T14:00:0${sequence}.500Z` },
      ...fields,
    });
  const started = (sequence: number, conversation: string): object =>
    row(sequence, conversation, 'conversation.started', {
      ...{ version: '5f70bf18', definition: 'survey', connector: 'sms' },
    });
  const cause = { code: 'input-failed', reason: 'no node 999', input: 'SM1' };

  before(async () => {
    temporary = await temporaryStore();
    const { store } = temporary;
    await applySchema(store);
    await createTenantViews(store, ACME);
    const rows = [
      ...[started(1, 'v-1'), started(2, 'v-2'), started(3, 'v-3'), started(4, 'v-4')],
      row(5, 'v-2', 'conversation.parked', cause),
      row(6, 'v-3', 'conversation.completed', { outcome: 'good' }),
      row(7, 'v-4', 'conversation.parked', cause),
      row(8, 'v-4', 'conversation.resumed', {}),
      row(9, 'v-2', 'conversation.resume-requested', { conversation: 'v-2' }, { channel: 'messaging' }),
      row(9, 'v-old', 'conversation.waiting', { state: 'ask', for: 'reply' }),
    ];
    await store.insert(tableOf(store, 'events'), rows, 'test');
    const stored = new StoredConversations(
      {
        database: store.database,
        query: (sql, parameters) =>
          isAway
            ? Promise.reject(new StoreError('store-unreachable', 'away, says the test'))
            : store.query(sql, parameters),
      },
      ACME,
    );
    const publish = (channel: string, event: NewEvent): Promise<Event> => {
      asked.push({ channel, event });
      return Promise.resolve(event as Event);
    };
    const routes = conversationRoutes(new Conversations({ stored, publisher: { publish } }));
    edge = await openEdge({ connectors: () => [{ tenant: ACME, prefix: '', routes, upgrades: [] }] });
  });
  beforeEach(() => {
    isAway = false;
    asked.length = 0;
  });
  after(async () => {
    await edge.close();
    await temporary.remove();
  });

  const get = async (query: string): Promise<ConversationList> =>
    (await edge.send(`${PATH}${query}`)).json() as ConversationList;
  const post = (path: string) => edge.send(`${PATH}${path}`, { method: 'POST' });

  it('are listed while under way, newest first, with how far the store has come', async () => {
    const { conversations, upTo } = await get('');
    expect(conversations.map(({ conversation, status }) => [conversation, status])).to.eql([
      ['v-4', 'resumed'],
      ['v-2', 'parked'],
      ['v-1', 'started'],
    ]);
    expect(upTo).to.equal('2026-03-06T14:00:09.500Z');
    expect(conversations[2]).to.deep.include({ definition: 'survey', connector: 'sms', contact: 'c-of-v-1' });
    expect((await get('?limit=1')).conversations).to.have.length(1);
    expect((await get('?definition=other')).conversations).to.eql([]);
  });

  it('that are parked are listed with the cause', async () => {
    const { conversations } = await get('?parked=true');
    expect(conversations.map(({ conversation }) => conversation)).to.eql(['v-2']);
    expect(conversations[0]?.parked).to.eql({ at: '2026-03-06T14:00:05.000Z', ...cause });
  });

  it('are shown one by one with their events, ended ones too', async () => {
    const detail = (await edge.send(`${PATH}/v-3`)).json() as ConversationDetail;
    expect(detail).to.include({ status: 'completed', ended: '2026-03-06T14:00:06.000Z' });
    expect(detail.events.map(({ type }) => type)).to.eql(['conversation.started', 'conversation.completed']);
    expect(detail.events[1]?.data).to.eql({ outcome: 'good' });
  });

  it('are shown also where the beginning is not stored any more', async () => {
    const detail = (await edge.send(`${PATH}/v-old`)).json() as ConversationDetail;
    expect(detail).to.include({ status: 'waiting', state: 'ask', contact: 'c-of-v-old' });
    expect(detail).not.to.have.property('started');
  });

  it('are resumed and cancelled by an event for their contact', async () => {
    const resumed = await post('/v-2/resume?skip=true&reason=mended');
    expect([resumed.status, resumed.json()]).to.eql([
      202,
      { conversation: 'v-2', contact: 'c-of-v-2', requested: 'resume' },
    ]);
    expect((await post('/v-1/cancel')).status).to.equal(202);
    expect(asked).to.eql([
      {
        channel: 'messaging',
        event: {
          ...{ type: 'conversation.resume-requested', subject: 'c-of-v-2', correlationid: 'v-2' },
          data: { conversation: 'v-2', skip: true, reason: 'mended' },
        },
      },
      {
        channel: 'messaging',
        event: {
          ...{ type: 'conversation.cancel-requested', subject: 'c-of-v-1', correlationid: 'v-1' },
          data: { conversation: 'v-1', reason: 'by an operator' },
        },
      },
    ]);
  });

  for (const [what, path, expected] of [
    ['nobody knows', '/v-0/resume', [404, 'conversation-unknown']],
    ['that is over', '/v-3/cancel', [409, 'conversation-ended']],
  ] as const) {
    it(`are not changed where one is meant ${what}`, async () => {
      const answer = await post(path);
      expect([answer.status, answer.problem().code]).to.eql(expected);
      expect(asked).to.eql([]);
    });
  }

  it('can not be told while the store is away', async () => {
    isAway = true;
    const answer = await edge.send(PATH);
    expect([answer.status, answer.problem().code]).to.eql([503, 'store-unreachable']);
  });

  it('are listed up to a number that is one', async () => {
    expect((await edge.send(`${PATH}?limit=0`)).problem().code).to.equal('request-malformed');
  });

  it('need a key of the tenant with the scope, once there is one', async () => {
    const token = await edge.createKey(ACME, ['operations:write']);
    const status = async (key: string): Promise<number> =>
      (await edge.send(PATH, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await status(token)).to.equal(200);
    expect(await status(await edge.createKey(ACME, ['sql:read']))).to.equal(403);
    expect(await status(await edge.createKey(OTHER, ['operations:write']))).to.equal(403);
  });
});
