import type { HttpRoute, HttpRouteRequest, HttpRouteResponse } from '../../connectors/port.ts';
import { json, malformed, problem, routesOf } from '../http/route-answers.ts';
import { StoreError } from '../store/errors.ts';
import type { Conversations } from './conversations.ts';
import { ConversationError } from './errors.ts';

const LIMIT_USUAL = 100;
const LIMIT_MAX = 1000;

const STATUSES: Readonly<Record<ConversationError['code'], readonly [status: number, title: string]>> = {
  'conversation-unknown': [404, 'There is no such conversation'],
  'conversation-ended': [409, 'The conversation has ended'],
};

const route = routesOf('operations:write', (error) => {
  if (error instanceof StoreError && error.code === 'store-unreachable')
    return problem(error.code, 503, 'The store does not answer', error.message);
  if (!(error instanceof ConversationError)) return undefined;
  const [status, title] = STATUSES[error.code];
  return problem(error.code, status, title, error.message);
});

/**
 * GET /conversations?parked=true&definition=&limit= and /conversations/ID; POST /conversations/ID/resume?skip=true&reason=
 * and /conversations/ID/cancel?reason=.
 */
export function conversationRoutes(conversations: Conversations): readonly HttpRoute[] {
  const id = ({ parameters }: HttpRouteRequest): string => parameters['conversation'] ?? '';
  return [
    route('GET', '/conversations', (request) => list(conversations, request)),
    route('GET', '/conversations/:conversation', async (request) => json(200, await conversations.show(id(request)))),
    route('POST', '/conversations/:conversation/resume', async (request) => {
      const { query } = request;
      const reason = query.get('reason') ?? undefined;
      return json(202, await conversations.resume(id(request), { skip: query.get('skip') === 'true', reason }));
    }),
    route('POST', '/conversations/:conversation/cancel', async (request) =>
      json(202, await conversations.cancel(id(request), request.query.get('reason') ?? 'by an operator')),
    ),
  ];
}

async function list(conversations: Conversations, { query }: HttpRouteRequest): Promise<HttpRouteResponse> {
  const limit = Number(query.get('limit') ?? LIMIT_USUAL);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) {
    return malformed(`"limit" is no whole number from 1 to ${LIMIT_MAX}`);
  }
  const definition = query.get('definition') ?? undefined;
  return json(200, await conversations.list({ parked: query.get('parked') === 'true', definition, limit }));
}
