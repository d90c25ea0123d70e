import type { IncomingHttpHeaders } from 'node:http';
import { HTTP, type CloudEventV1 } from 'cloudevents';
import type { EventProblem } from '../../channels/event-errors.ts';
import type { Event } from '../../channels/event.ts';
import type { RegisteredSchemas } from '../../channels/registered-schemas.ts';
import { validateEvent, MAX_EVENT_BYTES } from '../../channels/validate.ts';
import { normaliseTime } from '../../channels/time.ts';
import { attributeProblems, binaryAttributes, type Attributes } from './attributes.ts';
import { MAX_BATCH_EVENTS, MAX_DATA_DEPTH } from './limits.ts';
import type { ContentMode } from './media-type.ts';
import { fieldProblem, HttpError, type FieldProblem } from './problem.ts';

export interface CarriedEvents {
  readonly mode: ContentMode;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * The events of one request, complete and valid for the channel `external`, in their order. All of them are checked,
 * and everything that is wrong is reported at once. Throws HttpError 400, 413 or 422. `nowMs` is the time of an event
 * that states none; `registered`: the schemas of the customer's own types.
 */
export function readEvents(
  { mode, headers, body }: CarriedEvents,
  nowMs: number,
  registered?: RegisteredSchemas,
): readonly Event[] {
  const problems: FieldProblem[] = [];
  const events = carried(mode, headers, body).map(({ attributes, data }, index) => {
    const prefix = mode === 'batch' ? `[${index.toString()}]` : '';
    const event = toEvent(attributes, data, nowMs);
    const found = problemsOf(attributes, event, registered);
    problems.push(...found.map(({ path, expected, remedy }) => fieldProblem(at(prefix, path), expected, remedy)));
    if (found.length === 0) checkSize(event, prefix);
    return event;
  });
  if (problems.length > 0) {
    const [first] = problems;
    const others = problems.length > 1 ? ` (and ${(problems.length - 1).toString()} more)` : '';
    throw new HttpError('event-malformed', `${first?.field ?? ''}: ${first?.detail ?? ''}${others}`, {
      errors: problems,
    });
  }
  return events;
}

interface Carried {
  readonly attributes: Attributes;
  readonly data: unknown;
}

function carried(mode: ContentMode, headers: IncomingHttpHeaders, body: Buffer): readonly Carried[] {
  if (mode === 'binary') {
    return [{ attributes: binaryAttributes(headers), data: body.length === 0 ? null : parseJson(body) }];
  }
  const value = parseJson(body);
  if (mode === 'structured') return [split(value, 'the body')];
  if (!Array.isArray(value)) throw new HttpError('request-malformed', 'expected a JSON array of events');
  if (value.length > MAX_BATCH_EVENTS) {
    throw new HttpError('request-too-large', `a batch has at most ${MAX_BATCH_EVENTS.toString()} events`);
  }
  return value.map((item: unknown, index) => split(item, `[${index.toString()}]`));
}

/** CloudEvents' JSON format: a null attribute is one that is not there. */
function split(value: unknown, where: string): Carried {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpError('request-malformed', `${where}: expected a JSON object with the event's attributes and data`);
  }
  const { data = null, ...others } = value as Record<string, unknown>;
  return { attributes: Object.fromEntries(Object.entries(others).filter(([, attribute]) => attribute !== null)), data };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new HttpError('request-malformed', `the body is no JSON: ${(cause as Error).message}`, { cause });
  }
}

/** Attributes by which the platform routes, orders and correlates: a customer's own move out of the way. */
const MOVED: ReadonlyMap<string, string> = new Map([
  ['partitionkey', 'originpartitionkey'],
  ['sequence', 'originsequence'],
  ['correlationid', 'origincorrelationid'],
  ['causationid', 'origincausationid'],
]);

/**
 * The SDK reads the attributes. It also invents an id and a time where they are missing or wrong, turns scalars into
 * texts and drops false, 0 and "": `attributeProblems` has looked at the attributes as they came, and `data` and
 * `time` do not pass through it.
 */
function toEvent(attributes: Attributes, data: unknown, nowMs: number): Event {
  let parsed: CloudEventV1<unknown>;
  try {
    const message = { headers: { 'content-type': 'application/cloudevents+json' }, body: attributes };
    parsed = HTTP.toEvent(message) as CloudEventV1<unknown>;
  } catch (cause) {
    throw new HttpError('request-malformed', `this is no CloudEvent: ${(cause as Error).message}`, { cause });
  }
  const { time } = attributes;
  const extensions = Object.entries(parsed).filter(([name, value]) => value !== undefined && name !== 'data_base64');
  return {
    ...Object.fromEntries(extensions.map(([name, value]) => [MOVED.get(name) ?? name, value])),
    specversion: '1.0',
    time: typeof time === 'string' ? normaliseTime(time) : new Date(nowMs).toISOString(),
    datacontenttype: 'application/json',
    // One event may concern several contacts, and which is not known here: the router finds out.
    partitionkey: parsed.id,
    data,
  } as unknown as Event;
}

function checkSize(event: Event, prefix: string): void {
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes > MAX_EVENT_BYTES) {
    const detail = `${prefix}: the event has ${bytes.toString()} bytes, the most is ${MAX_EVENT_BYTES.toString()}`;
    throw new HttpError('event-too-large', detail.replace(/^: /, ''));
  }
}

function depthProblem(data: unknown): readonly EventProblem[] {
  let level: readonly unknown[] = [data];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DATA_DEPTH) {
      return [
        { path: 'data', expected: `at most ${MAX_DATA_DEPTH.toString()} levels of nesting`, remedy: 'flatten it' },
      ];
    }
    level = level.flatMap((value): unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return [];
}

/** The first thing said about each field: later checks repeat it in other words, or about what follows from it. */
function problemsOf(
  attributes: Attributes,
  event: Event,
  registered: RegisteredSchemas | undefined,
): readonly EventProblem[] {
  const stated = attributeProblems(attributes);
  const wrongType = stated.some(({ path }) => path === 'type');
  const checked = validateEvent(event, 'external', registered).filter(
    ({ path }) => path !== 'partitionkey' && !(wrongType && path.startsWith('data')),
  );
  const found = new Map<string, EventProblem>();
  for (const problem of [...stated, ...depthProblem(event.data), ...checked]) {
    if (!found.has(problem.path)) found.set(problem.path, problem);
  }
  return [...found.values()];
}

function at(prefix: string, path: string): string {
  return prefix === '' || path === '' ? prefix + path : `${prefix}.${path}`;
}
