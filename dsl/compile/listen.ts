/** `listen`: waits for events of the customer's own. */
import type { SourceListen, SourceListenEvent, SourceSilence, SourceStep } from '../schema/source.ts';
import { compileAwaited, seeingEvent } from './awaited.ts';
import { positionOf, type Compilation } from './compilation.ts';
import { compileDuration } from './durations.ts';
import { Label, use } from './layout.ts';
import type { Scope } from './scope.ts';
import { compileWay, leaves, reportNoExit } from './ways.ts';

const EXIT = 'end: OUTCOME or goto: STEP';

export function compileListen(scope: Scope, step: SourceStep): void {
  const { c, layout, state } = scope;
  const { listen } = step;
  if (!listen) return;
  reportKinds(c, step, listen);
  const entries = listen.any ?? listen.all ?? [];
  const self = new Label();
  const ways = listen.any ? waysOfAny(scope, entries) : waysOfAll(scope, entries, self);
  const done = listen.any ? undefined : use(scope.after);
  const withinMs = compileDuration(c, step, 'within');
  const silence = compileSilence(scope, step.silence ?? []);
  const events = entries.map((entry, index) => ({
    ...compileAwaited(c, entry, 'flow'),
    ...positionOf(c, entries, index),
  }));
  layout.place(self);
  layout.add(state, positionOf(c, step, 'listen'), (resolve) => ({
    op: 'listen',
    events: events.map((event, index) => ({ ...event, to: resolve(ways[index] ?? scope.after) })),
    ...(done ? { done: resolve(done) } : {}),
    withinMs,
    silence: resolve(silence),
  }));
}

function reportKinds({ report, tree }: Compilation, step: SourceStep, { any, all }: SourceListen): void {
  const listen = step.listen ?? {};
  if (any && all) report.add('keys-exclusive', tree.keyRange(listen, 'all'), '"all" can not stand beside "any"');
  if (!any && !all)
    report.add('missing-key', tree.keyRange(step, 'listen'), 'this "listen" needs "any" or "all"', {
      expected: 'a list of events',
    });
}

/** Where no event says where it goes, all go on to what follows. */
function waysOfAny(scope: Scope, entries: readonly SourceListenEvent[]): readonly Label[] {
  const someLeave = entries.some(leaves);
  return entries.map((entry) => {
    if (someLeave) reportNoExit(scope.c, entry, 'event');
    return compileWay(inside(scope, entry), entry);
  });
}

/** Each does what it says and waits for the rest. */
function waysOfAll(scope: Scope, entries: readonly SourceListenEvent[], self: Label): readonly Label[] {
  const { c, state } = scope;
  return entries.map((entry, index) => {
    for (const exit of ['goto', 'end', 'call'] as const) {
      if (entry[exit] === undefined) continue;
      const message = `"${exit}" can not stand in "all": it goes on once every event has come`;
      c.report.add('keys-exclusive', c.tree.keyRange(entry, exit), message);
    }
    const position = positionOf(c, entries, index);
    return compileWay(inside(scope, entry), entry, {
      finish: (layout) => {
        layout.add(state, position, (resolve) => ({ op: 'await-rest', listen: resolve(self) }));
      },
    });
  });
}

/** In what an event does, it is known. */
function inside(scope: Scope, { event = '' }: SourceListenEvent): Scope {
  return { ...scope, c: seeingEvent(scope.c, event) };
}

/** One time-out: nobody is there who could be reminded. */
function compileSilence(scope: Scope, entries: readonly SourceSilence[]): Label {
  const { report, tree } = scope.c;
  const [entry = {}, ...others] = entries;
  if (entry.within !== undefined) {
    const message = '"within" waits for a reply again: a "listen" waits once, and then says where it goes';
    report.add('keys-exclusive', tree.keyRange(entry, 'within'), message, { expected: EXIT });
  } else if (!leaves(entry)) {
    const message = 'this does not say where it goes where nothing came in time';
    report.add('silence-open', tree.keyRange(entries, 0), message, { expected: EXIT });
  }
  if (others.length > 0) {
    const message = 'a "listen" has one time-out, so this never happens';
    report.add('never-reached', tree.keyRange(entries, 1), message);
  }
  return compileWay(scope, entry);
}
