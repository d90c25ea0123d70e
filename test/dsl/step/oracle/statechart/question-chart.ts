/** A question: a state that asks it, and one for every stage of silence, in which it waits. */
import type { SourceReply, SourceStep } from '../../../../../dsl/schema/source.ts';
import type { Construct } from '../constructs.ts';
import { filledIn } from './expressions.ts';
import type { Region } from './flow-chart.ts';
import { askedOf, covers, enters, note, rests, updatesAsked, wakes, type Change, type Memory } from './memory.ts';
import { durationOf, to, type Happening, type Target } from './states.ts';
import { look, looking } from './takers.ts';
import { wayOrNextTarget, wayTarget } from './way-chart.ts';

interface Question {
  readonly region: Region;
  readonly id: Target;
  readonly step: string;
  readonly after: Target;
  readonly asks: Change;
}

interface Arguments {
  readonly context: Memory;
  readonly event: Happening;
}

export function questionStates(region: Region, source: SourceStep, step: string, after: Target): Target {
  const { chart } = region;
  const { ask, silence = [], replies = [] } = source;
  if (typeof ask !== 'string') throw new Error('a question of the oracle is a text');
  const id = chart.states.newId('ask');
  const asks: Change = (memory, now) => note(`says ${filledIn(ask, chart.namesOf(memory))}`)(memory, now);
  const question: Question = { region, id, step, after, asks };
  const stages = silence.map(() => chart.states.newId('stage'));
  const begins = updatesAsked(id, (_, now) => {
    const withinMs = durationOf(source.within);
    return { withinMs, due: now + withinMs, misses: 0 };
  });
  region.states[id] = {
    id,
    entry: chart.states.does(enters(step), covers('ask'), asks, begins),
    always: to(stages[0] ?? ''),
  };
  silence.forEach((entry, index) => {
    const [stage = '', next = ''] = [stages[index], stages[index + 1]];
    const isLast = index === silence.length - 1;
    const waitsOn = isLast ? after : restart(question, next, durationOf(entry.within));
    const timeOut = `${stage}_time_out`;
    chart.states.delays[timeOut] = ({ context }) => askedOf(context, id).due - chart.states.clock.now;
    region.states[stage] = {
      id: stage,
      entry: [chart.states.does(resumes, wakes(id), rests(step, 'reply', region.aside), ...waiting(region)), look],
      on: { reply: repliesOf(question, replies, stage), look: looking(chart.states, region.takers) },
      after: {
        [timeOut]: {
          actions: chart.states.does(covers(isLast ? 'ask: silence' : 'ask: reminder')),
          ...to(wayTarget(region, entry, step, after, waitsOn)),
        },
      },
    };
  });
  return id;
}

function waiting({ aside }: Region): readonly Change[] {
  return aside.length === 0 ? [] : [covers('anytime that waits')];
}

const resumes: Change = (memory, now) => {
  const { stoodStillMs } = memory;
  if (stoodStillMs === undefined) return memory;
  return covers(stoodStillMs > 0 ? 'resume a question whose clock stood still' : 'resume a question')(memory, now);
};

/** The clock begins anew, for as long as before or as a reminder says. */
function restart({ region, id, step }: Question, stage: Target, withinMs?: number): Target {
  const clock = updatesAsked(id, (asked, now) => {
    const ms = withinMs ?? asked.withinMs;
    return { ...asked, withinMs: ms, due: now + ms };
  });
  return region.chart.passing(region, 'listen', [enters(step), clock], stage);
}

/** Words of interrupts never get here: neither `otherwise` nor a question without words takes them. */
function repliesOf(question: Question, replies: readonly SourceReply[], stage: Target) {
  const { region, step, after, id } = question;
  const isFree = ({ event }: Arguments): boolean => event.type === 'reply' && !region.words.has(event.text);
  const act = (construct: Construct, ...changes: readonly Change[]) =>
    region.chart.states.does(...changes, covers(construct));
  if (replies.length === 0) return [{ guard: isFree, actions: act('ask: any reply'), ...to(after) }];
  return replies.flatMap((entry) => {
    const { match, otherwise } = entry;
    if (otherwise === undefined) {
      const guard = ({ event }: Arguments): boolean => event.type === 'reply' && event.text === match;
      return [{ guard, actions: act('ask: reply'), ...to(wayTarget(region, entry, step, after)) }];
    }
    if (otherwise === 'next') return [{ guard: isFree, actions: act('ask: otherwise'), ...to(after) }];
    const { again, exhausted } = otherwise;
    if (again === undefined)
      return [{ guard: isFree, actions: act('ask: otherwise'), ...to(wayTarget(region, otherwise, step, after)) }];
    const misses = updatesAsked(id, (asked) => ({ ...asked, misses: asked.misses + 1 }));
    const isLeft = (args: Arguments): boolean => isFree(args) && askedOf(args.context, id).misses >= again;
    return [
      {
        guard: isLeft,
        actions: act('ask: exhausted', misses),
        ...to(wayOrNextTarget(region, exhausted, step, after)),
      },
      { guard: isFree, actions: act('ask: again', misses), ...to(askAgain(question, otherwise, stage)) },
    ];
  });
}

/** Where nothing is said, the question itself is. */
function askAgain(
  question: Question,
  otherwise: Exclude<SourceReply['otherwise'], 'next' | undefined>,
  stage: Target,
): Target {
  const { region, step, after, asks } = question;
  const listen = restart(question, stage);
  const open =
    otherwise.say === undefined ? region.chart.passing(region, 'repeat', [enters(step), asks], listen) : listen;
  return wayTarget(region, otherwise, step, after, open);
}
