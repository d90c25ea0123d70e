/** The inbox over HTTP, for a support desk's own tool. Answers are JSON, refusals problem documents (RFC 9457). */
import type { HttpRoute, HttpRouteRequest, HttpRouteResponse } from '../port.ts';
import type { Handoff } from './handoff.ts';
import { cursorOf, HandoffError, type Inbox } from './inbox.ts';
import { DEFAULT_LISTED, MAX_LISTED, MAX_NAME_CHARACTERS, MAX_TEXT_CHARACTERS } from './limits.ts';

const STATUSES: Readonly<Record<HandoffError['code'], readonly [status: number, title: string]>> = {
  'handoff-unknown': [404, 'There is no such hand-off'],
  'handoff-closed': [409, 'The hand-off is over'],
  'handoff-taken': [409, 'Somebody else has taken the hand-off'],
  'handoff-not-taken': [409, 'Nobody has taken the hand-off'],
  'handoff-request-invalid': [400, 'The request can not be understood'],
};

export function inboxRoutes(inbox: Inbox): readonly HttpRoute[] {
  const one = '/handoffs/:conversation';
  return [
    route('GET', '/handoffs', ({ query }) => list(inbox, query)),
    route('GET', one, ({ query, parameters }) => {
      const after = wholeNumber(query.get('after'), 'after', 0, Number.MAX_SAFE_INTEGER);
      const { handoff, entries } = inbox.read(conversationIn(parameters), after);
      return { ...shown(handoff), entries };
    }),
    route('POST', `${one}/take`, async ({ parameters, body }) => {
      const asked = fieldsOf(body);
      return shown(await inbox.take(conversationIn(parameters), agentIn(asked), optional(asked, 'from')));
    }),
    route('POST', `${one}/reply`, ({ parameters, body }) => {
      const asked = fieldsOf(body);
      const text = textIn(asked, 'text', MAX_TEXT_CHARACTERS);
      return inbox.reply(conversationIn(parameters), agentIn(asked), text, optional(asked, 'id'));
    }),
    route('POST', `${one}/return`, async ({ parameters, body }) => {
      const asked = fieldsOf(body);
      const { outcome } = asked;
      if (outcome !== 'returned' && outcome !== 'nobody') throw invalid('"outcome" is "returned" or "nobody"');
      return shown(await inbox.return(conversationIn(parameters), agentIn(asked), outcome));
    }),
  ];
}

function list(inbox: Inbox, query: URLSearchParams): object {
  const queue = query.get('queue');
  if (!queue) throw invalid('say which queue: ?queue=front-desk');
  const limit = wholeNumber(query.get('limit'), 'limit', DEFAULT_LISTED, MAX_LISTED);
  const handoffs = inbox.list(queue, limit, query.get('after') ?? undefined);
  const last = handoffs.at(-1);
  return { handoffs: handoffs.map(shown), ...(last && handoffs.length === limit && { next: cursorOf(last) }) };
}

/** Without what is only of use to us. */
function shown(handoff: Handoff): object {
  const { conversation, contact, queue, openedAt, definition, connector, address, takenBy, closed } = handoff;
  return { conversation, contact, queue, openedAt, definition, connector, address, takenBy, closed };
}

function route(
  method: HttpRoute['method'],
  path: string,
  handle: (request: HttpRouteRequest) => object | Promise<object>,
): HttpRoute {
  return {
    ...{ method, path },
    scope: 'handoffs:answer',
    async handle(request) {
      try {
        return answer(200, 'application/json', await handle(request));
      } catch (error) {
        if (error instanceof HandoffError) return refusal(error);
        throw error;
      }
    },
  };
}

function refusal({ code, message }: HandoffError): HttpRouteResponse {
  const [status, title] = STATUSES[code];
  const problem = { type: `/errors/${code}`, title, status, detail: message, code };
  return answer(status, 'application/problem+json', problem);
}

function answer(status: number, type: string, value: object): HttpRouteResponse {
  return { status, headers: { 'content-type': type, 'cache-control': 'no-store' }, body: JSON.stringify(value) };
}

function invalid(detail: string): HandoffError {
  return new HandoffError('handoff-request-invalid', detail);
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(body: Buffer): Fields {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw invalid('the body is no JSON: send {"agent": "lee", …}');
  }
  if (typeof value !== 'object' || value === null)
    throw invalid('the body is no JSON object: send {"agent": "lee", …}');
  return value as Fields;
}

function conversationIn({ conversation = '' }: Readonly<Record<string, string>>): string {
  return conversation;
}

function agentIn(fields: Fields): string {
  return textIn(fields, 'agent', MAX_NAME_CHARACTERS);
}

function optional(fields: Fields, name: string): string | undefined {
  return fields[name] === undefined ? undefined : textIn(fields, name, MAX_NAME_CHARACTERS);
}

function textIn(fields: Fields, name: string, mostCharacters: number): string {
  const value = fields[name];
  if (typeof value !== 'string' || value.trim() === '' || value.length > mostCharacters) {
    throw invalid(`"${name}" is a text of 1 to ${mostCharacters} characters`);
  }
  return value;
}

function wholeNumber(text: string | null, name: string, fallback: number, most: number): number {
  if (text === null) return fallback;
  if (/^\d{1,16}$/.test(text) && Number(text) <= most) return Number(text);
  throw invalid(`"${name}" is a whole number, ${most} at most`);
}
