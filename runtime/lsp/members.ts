/** What expressions can name at a place in a file, with types and explanations. */
import { calledBy, neighboursOf } from './links.ts';
import { spotAt, type Outline } from './outline.ts';
import type { Path, Spot } from './spots.ts';
import { MAIN_SCOPE, scopeOf } from './symbols.ts';
import type { Known, Workspace } from './workspace.ts';

export interface Member {
  /** As people say it: `text`, `time`, `list of text`. */
  readonly type: string;
  readonly about?: string;
  readonly members?: Members;
}

export type Members = Readonly<Record<string, Member>>;

const CONTACT: Members = {
  address: { type: 'text', about: 'Such as `webchat:ana` or `sms:+12125550123`.' },
  connector: { type: 'text', about: 'Over which they are reached.' },
  locale: { type: 'text', about: 'Their language.' },
  zone: { type: 'text', about: 'Their IANA time zone.' },
};

const EVENT: Members = {
  id: { type: 'text', about: 'Unique together with `source`.' },
  type: { type: 'text' },
  source: { type: 'text' },
  time: { type: 'time', about: 'When it happened.' },
  data: { type: 'anything', about: 'What the event holds. Its numbers are doubles.' },
};

const WRITTEN: Members = {
  text: { type: 'text', about: 'What the person wrote.' },
  at: { type: 'time', about: 'When they wrote it.' },
};

const CONVERSATION: Members = {
  id: { type: 'text' },
  name: { type: 'text', about: "The definition's." },
  startedAt: { type: 'time' },
};

const NOW: Member = { type: 'time', about: 'The time of the step.' };

/** The roots known at a place, in the order in which they are most often meant. */
export function rootsAt(workspace: Workspace, here: Known, path: Path): Members {
  const { outline, uri } = here;
  const { imported, project } = neighboursOf(workspace, uri);
  const attributes = project ? declarationsAt(project.outline, ['contact', 'attributes']) : {};
  const awaited = awaitedAt(outline, path);
  const own = eventTypeAt(outline, path);
  const files = [...(project ? [project] : []), ...imported];
  const fields = own === undefined ? {} : firstDeclared(files, ['events', own]);
  const event: Member = { type: 'event', about: 'An event of your own.', members: eventMembers(fields) };
  if (awaited?.key === 'key') return { event };
  const contact: Member = { type: 'object', about: 'The person.', members: { ...CONTACT, ...attributes } };
  if (path[0] === 'start') {
    const isRoute = path[2] !== 'inputs';
    return isRoute ? { event } : { event, contact, now: NOW };
  }
  const top = scopeOf(path) === MAIN_SCOPE ? [] : path.slice(0, 2);
  // What a file declares goes before what it imports.
  const data = Object.assign({}, ...[...imported, here].map((one) => dataOf(one.outline))) as Members;
  const declared = (key: string): Members => declarationsAt(outline, [...top, key]);
  const inputs: Member = { type: 'object', about: 'What the start gave it.', members: declared('inputs') };
  if (awaited?.key === 'equals' && awaited.isInterrupt) return { inputs, contact, now: NOW };
  return {
    vars: { type: 'object', about: 'What the conversation keeps.', members: declared('vars') },
    inputs,
    contact,
    reply: { type: 'object', about: 'The newest reply.', members: WRITTEN },
    opening: { type: 'object', about: 'The message that started it.', members: WRITTEN },
    conversation: { type: 'object', about: 'This conversation.', members: CONVERSATION },
    now: NOW,
    ...(Object.keys(data).length > 0 ? { data: { type: 'object', about: 'What was fetched.', members: data } } : {}),
    ...(awaited && awaited.key !== 'equals' ? { event } : {}),
    ...localsAt(workspace, here, path),
  };
}

/** The type of the event that is seen there. */
function eventTypeAt(outline: Outline, path: Path): string | undefined {
  const lengths = path.map((_, index) => path.length - index);
  for (const length of lengths) {
    const type = spotAt(outline, [...path.slice(0, length), 'event'])?.scalar?.value;
    if (typeof type === 'string') return type;
  }
  return undefined;
}

function firstDeclared(files: readonly Known[], path: Path): Members {
  for (const { outline } of files) {
    const declared = declarationsAt(outline, path);
    if (Object.keys(declared).length > 0) return declared;
  }
  return {};
}

/** Without a declaration its data is anything. */
function eventMembers(fields: Members): Members {
  if (Object.keys(fields).length === 0) return EVENT;
  return { ...EVENT, data: { type: 'object', about: 'What the event holds.', members: fields } };
}

interface AwaitedPlace {
  /** Of the entry. */
  readonly key: unknown;
  readonly isInterrupt: boolean;
}

/** In an entry that waits for an event: in a `listen`, or an interrupt by event. */
function awaitedAt(outline: Outline, path: Path): AwaitedPlace | undefined {
  const listen = path.lastIndexOf('listen');
  const isEvent = listen >= 0 && (path[listen + 1] === 'any' || path[listen + 1] === 'all');
  const anytime = isEvent ? -1 : path.lastIndexOf('anytime');
  const isInterrupt = anytime >= 0 && spotAt(outline, [...path.slice(0, anytime + 2), 'event']) !== undefined;
  if (!isEvent && !isInterrupt) return undefined;
  return { key: path[isEvent ? listen + 3 : anytime + 2], isInterrupt };
}

/** `result` in the ways out of a call. */
function localsAt(workspace: Workspace, here: Known, path: Path): Members {
  const outcomes = path.lastIndexOf('outcomes');
  if (outcomes < 0) return {};
  const name = spotAt(here.outline, [...path.slice(0, outcomes), 'call'])?.scalar?.value;
  const called = typeof name === 'string' ? calledBy(workspace, here, name) : undefined;
  if (typeof name !== 'string' || !called) return {};
  const top = called.scope === MAIN_SCOPE ? [] : ['snippets', name];
  const list = [...top, 'returns'].join('\n');
  const returned = called.outline.spots
    .filter((spot) => typeof spot.path.at(-1) === 'number' && spot.path.slice(0, -1).join('\n') === list)
    .map(({ scalar }) => String(scalar?.value));
  const vars = declarationsAt(called.outline, [...top, 'vars']);
  const members = Object.fromEntries(returned.flatMap((name) => (vars[name] ? [[name, vars[name]]] : [])));
  return { result: { type: 'object', about: `What ${name} returns.`, members } };
}

function dataOf(outline: Outline): Members {
  const sources = outline.spots.filter(({ path }) => path.length === 2 && path[0] === 'data');
  return Object.fromEntries(
    sources.map(({ path }) => [
      String(path[1]),
      {
        type: 'object',
        about: 'A data source, once it was fetched.',
        members: declarationsAt(outline, [...path, 'returns']),
      },
    ]),
  );
}

function declarationsAt(outline: Outline, path: Path): Members {
  const wanted = path.join('\n');
  const found = outline.spots.filter((spot) => spot.key && spot.path.slice(0, -1).join('\n') === wanted);
  return Object.fromEntries(found.map((spot) => [String(spot.path.at(-1)), declaredAt(outline, spot)]));
}

function declaredAt(outline: Outline, { path, scalar, keys = [] }: Spot): Member {
  if (scalar) return { type: typeof scalar.value === 'string' ? scalar.value : 'text' };
  const inner = (key: string): Spot | undefined => spotAt(outline, [...path, key]);
  const list = inner('list');
  if (list) return { type: `list of ${declaredAt(outline, list).type}` };
  if (keys.includes('fields')) return { type: 'object', members: declarationsAt(outline, [...path, 'fields']) };
  const options = outline.spots.filter(
    (spot) => spot.path.at(-2) === 'enum' && spot.path.slice(0, -2).join('\n') === path.join('\n'),
  );
  if (options.length > 0) return { type: `one of ${options.map(({ scalar: one }) => String(one?.value)).join(', ')}` };
  const type = inner('type')?.scalar?.value;
  if (typeof type === 'string') return { type };
  const members = declarationsAt(outline, path);
  return keys.includes('default') || keys.includes('optional') ? { type: 'text' } : { type: 'object', members };
}

/** The member that a chain of names leads to. */
export function memberOf(roots: Members, names: readonly string[]): Member | undefined {
  let members: Members | undefined = roots;
  let found: Member | undefined;
  for (const name of names) {
    found = members && Object.hasOwn(members, name) ? members[name] : undefined;
    members = found?.members;
  }
  return found;
}
