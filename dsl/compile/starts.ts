import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Value } from '../machine/expressions.ts';
import type { EventStart, KeywordStart, ScheduleStart, Start } from '../machine/starts.ts';
import type { SourceSchedule, SourceStart } from '../schema/source.ts';
import { Alternatives } from './alternatives.ts';
import { positionOf, type Compilation } from './compilation.ts';
import { reportReservedType, seeingEvent } from './awaited.ts';
import { compileDailyTime } from './daily-time.ts';
import { checkBare } from './expressions.ts';
import { compileValueOf } from './values.ts';
import { compileWords, WordIndex } from './words.ts';
import { checkZone } from './zones.ts';

const KINDS = ['match', 'any', 'broadcast', 'schedule', 'event'] as const;

export function compileStarts(c: Compilation): readonly Start[] {
  const index = new WordIndex(c);
  const schedules = new Set<string>();
  const taken = new Map<string, Alternatives>();
  return c.source.start.map((start, position) => {
    const [kind, second] = KINDS.filter((key) => start[key] !== undefined);
    if (kind !== undefined && second !== undefined) {
      c.report.add(
        'keys-exclusive',
        c.tree.keyRange(start, second),
        `"${second}" can not stand beside "${kind}": make it an entry of its own`,
      );
    } else if (kind === undefined) {
      const message = 'this start needs "match", "any", "broadcast", "schedule" or "event"';
      c.report.add('missing-key', c.tree.keyRange(c.source.start, position), message);
    }
    if (kind === 'any' || kind === 'broadcast' || kind === 'event') {
      const by = kind === 'event' ? `event ${start.event ?? ''}` : kind;
      const alternatives = taken.get(by) ?? new Alternatives(c);
      taken.set(by, alternatives);
      alternatives.add(start, kind, 'this start', start.when);
    }
    return {
      ...compileStart(c, start, position, { index, schedules }),
      again: start.again ?? (kind === 'event' ? 'parallel' : 'ignore'),
      ...compileKey(c, start, kind === 'event'),
      ...positionOf(c, c.source.start, position),
    };
  });
}

/** What no two starts of a definition can have. */
interface Taken {
  readonly index: WordIndex;
  readonly schedules: Set<string>;
}

function compileStart(c: Compilation, start: SourceStart, position: number, { index, schedules }: Taken) {
  if (start.event !== undefined) return compileEvent(c, start);
  for (const key of ['any', 'broadcast'] as const) {
    if (start[key] === false)
      c.report.add('wrong-value', c.tree.valueRange(start, key), 'false is not possible here', { expected: 'true' });
  }
  if (start.broadcast !== undefined) return { on: 'broadcast' } as const;
  if (start.schedule !== undefined) return compileSchedule(c, start.schedule, schedules);
  reportMissingInputs(c, start, start.any === undefined ? 'match' : 'any', new Set());
  return start.any === undefined ? compileKeyword(c, start, position, index) : ({ on: 'any' } as const);
}

function compileKey(c: Compilation, start: SourceStart, isEvent: boolean): { readonly key?: string } {
  if (start.key === undefined) return {};
  if (isEvent)
    checkBare(seeingEvent(c, start.event ?? ''), 'start', start, 'key', { types: ['string'], called: 'a text' });
  else
    c.report.add(
      'keys-exclusive',
      c.tree.keyRange(start, 'key'),
      '"key" needs "event": only an event has what tells conversations apart',
    );
  return { key: start.key };
}

function compileKeyword(c: Compilation, start: SourceStart, position: number, index: WordIndex): KeywordStart {
  const words: Record<string, string[]> = {};
  for (const word of compileWords(c, start, 'match')) {
    index.add(word, position);
    (words[word.locale] ??= []).push(word.folded);
  }
  return { on: 'keyword', words, ...(start.typos === true ? { typos: true } : {}) };
}

function compileSchedule(c: Compilation, schedule: SourceSchedule, taken: Set<string>): ScheduleStart {
  const { at, list, zone = c.zone } = schedule;
  checkZone(c, schedule);
  const own = `${list} ${at}`;
  if (taken.has(own)) {
    const message = `another start sends to the list "${list}" at ${at} already`;
    c.report.add('schedule-taken', c.tree.valueRange(schedule, 'at'), message, {
      expected: 'all its days in one entry',
    });
  }
  taken.add(own);
  const perSecond = schedule['per-second'];
  return {
    on: 'schedule',
    at: compileDailyTime(c, schedule),
    zone,
    list,
    ...(perSecond !== undefined && { perSecond }),
  };
}

function compileEvent(c: Compilation, start: SourceStart): EventStart {
  const type = start.event ?? '';
  reportReservedType(c, start, type);
  const inner = seeingEvent(c, type);
  if (start.when !== undefined) checkBare(inner, 'route', start, 'when', { types: ['bool'], called: 'true or false' });
  checkBare(inner, 'route', start, 'contact', { types: ['string'], called: 'an address, which is a text' });
  const inputs: Record<string, Value> = {};
  for (const name of Object.keys(start.inputs ?? {})) {
    const declared = c.inputs[name];
    if (declared) inputs[name] = compileValueOf(inner, 'start', start.inputs ?? {}, name, declared);
    else {
      const hints = { suggestion: nearest(name, Object.keys(c.inputs)) };
      c.report.add(
        'input-unknown',
        c.tree.keyRange(start.inputs ?? {}, name),
        `"${name}" is not among the inputs`,
        hints,
      );
    }
  }
  reportMissingInputs(c, start, 'event', new Set(Object.keys(start.inputs ?? {})));
  const { when, contact = '' } = start;
  return { on: 'event', type, ...(when === undefined ? {} : { when }), contact, inputs };
}

function reportMissingInputs(
  c: Compilation,
  start: SourceStart,
  key: 'match' | 'any' | 'event',
  given: ReadonlySet<string>,
): void {
  const missing = Object.entries(c.inputs)
    .filter(([name, type]) => !given.has(name) && type.default === undefined && !type.optional)
    .map(([name]) => `"${name}"`);
  if (missing.length === 0) return;
  c.report.add('input-missing', c.tree.keyRange(start, key), `this start gives no ${missing.join(', ')}`, {
    expected: 'a default, or optional: true',
  });
}
