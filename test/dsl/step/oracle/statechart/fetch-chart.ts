/** `fetch`: one state that asks, one that waits for the answer, which is kept also while an interrupt is at work. */
import { cancel, raise } from 'xstate';
import type { SourceStep } from '../../../../../dsl/schema/source.ts';
import type { Answer } from '../happenings.ts';
import type { Region } from './flow-chart.ts';
import { covers, endsOn, enters, note, rests, resumesAs, type Change, type Memory } from './memory.ts';
import { durationOf, to, type Target } from './states.ts';
import { look, looking } from './takers.ts';
import { wayOrNextTarget } from './way-chart.ts';

/** Beyond all attempts of the connector. */
const GRACE_MS = 10 * 60_000;

export function fetchStates(region: Region, source: SourceStep, step: string, after: Target): Target {
  const { chart } = region;
  const { states } = chart;
  const { fetch: name = '', failed } = source;
  const { timeout, retry = 0 } = chart.definition.data?.[name] ?? {};
  const mostMs = durationOf(timeout) * (retry + 1) + GRACE_MS;
  const [id, waiting] = [states.newId('fetch'), states.newId('fetching')];
  const answerIn = ({ answers, requests }: Memory): Answer | undefined => answers[requests.of[id] ?? 0];
  const isOver = (memory: Memory): boolean => memory.over[id] === true || answerIn(memory) !== undefined;
  const asks: Change = (memory) => {
    const made = memory.requests.made + 1;
    return { ...memory, requests: { made, of: { ...memory.requests.of, [id]: made } } };
  };
  const waits: Change = (memory, now) => (isOver(memory) ? memory : rests(step, 'data', region.aside)(memory, now));
  const keeps: Change = (memory, now) => {
    const answer = answerIn(memory);
    if (typeof answer === 'number') return chart.updates((frame) => ({ ...frame, count: answer }))(memory, now);
    const failure = answer === undefined ? 'data-timed-out' : answer === 'unreadable' ? 'data-unexpected' : answer;
    return chart.updates((frame) => ({ ...frame, failure }))(memory, now);
  };
  region.states[id] = {
    id,
    entry: [
      states.does(enters(step), covers('fetch'), note(`asks ${name}`), endsOn(id, false), asks),
      cancel(id),
      raise({ type: 'over', wait: id }, { id, delay: mostMs }),
    ],
    always: to(waiting),
  };
  region.states[waiting] = {
    id: waiting,
    entry: [
      states.does(
        waits,
        resumesAs((memory) => (isOver(memory) ? 'resume a fetch that is over' : 'resume a fetch')),
      ),
      look,
    ],
    always: [
      {
        guard: ({ context }) => typeof answerIn(context) === 'number',
        actions: states.does(keeps, covers('fetch: answer')),
        ...to(after),
      },
      {
        guard: ({ context }) => answerIn(context) !== undefined,
        actions: states.does(keeps, covers('fetch: failure')),
        ...to(wayOrNextTarget(region, failed, step, after)),
      },
      {
        guard: ({ context }) => isOver(context),
        actions: states.does(keeps, covers('fetch: no answer')),
        ...to(wayOrNextTarget(region, failed, step, after)),
      },
    ],
    on: { look: looking(states, region.takers) },
  };
  return id;
}

/** The first of several to one question. */
export function answers(request: number, answer: Answer): Change {
  return (memory) => ({ ...memory, answers: { [request]: answer, ...memory.answers } });
}
