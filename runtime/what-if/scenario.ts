/** A recorded conversation as a scenario of the changed definition: what it would say, on the same inputs. */
import type { Event } from '../../channels/event.ts';
import type { EventData } from '../../channels/generated/events.ts';
import type { Json, JsonObject } from '../../dsl/json.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import { AGENT, type Action, type AgentEvent, type Given, type Person } from '../../dsl/scenario/scenario.ts';
import { SimulatedStage } from '../../dsl/scenario/simulated-stage.ts';
import type { Played, Session } from '../../dsl/scenario/write.ts';
import type { Answer } from '../../dsl/simulation/answers.ts';
import { EndlessEvents } from '../../dsl/simulation/world.ts';
import { MATCHED, RECIPIENT_TARGETED, TARGETED, type MatchedData, type TargetedData } from '../../dsl/step/contract.ts';
import { exactDuration } from '../../dsl/text/format-duration.ts';
import type { RecordedHistory, RecordedStep } from '../history/recorded-step.ts';
import { actionLine, eventLine } from '../../dsl/scenario/transcript.ts';
import { actLine } from './act.ts';
import type { Compared } from './compare-contact.ts';
import { DIVERGENCES } from './divergence.ts';

/** To what silence is rounded down, from the beginning on. Whole seconds are read with ease; deadlines may fall otherwise. */
const EASY_MS = 1000;
const EXACT_MS = 1;

/** Undefined where the conversation does not start by something that a scenario can say. */
export function sessionOf(
  { steps }: RecordedHistory,
  { conversation, divergence, before }: Compared,
  machines: readonly Machine[],
): Session | undefined {
  const startAt = steps.findIndex(({ given }) =>
    given?.whole.some(({ type, conversation: id }) => type === 'conversation.started' && id === conversation),
  );
  const start = steps[startAt];
  const started = start?.given?.whole.find((output) => output.conversation === conversation);
  if (!start || !started || !divergence) return undefined;
  const { to, definition } = JSON.parse(started.data) as EventData['conversation.started'];
  const person: Person = { name: '', addresses: [to] };
  const given: Given = {
    now: start.now,
    people: [person],
    answers: answersIn(steps, conversation),
    receipts: 'at-once',
  };
  const actions = steps.slice(startAt).flatMap(({ now, input }, index): readonly Timed[] => {
    const action = input.kind === 'event' ? actionOf(input.event, person, definition) : undefined;
    return !action || (index > 0 && action.do === 'broadcast') ? [] : [{ now, action }];
  });
  // What still falls due by itself, as far as the record goes.
  const until = steps.at(-1)?.now ?? start.now;
  const exact = playedTo(EXACT_MS, actions, until, given, machines);
  const easy = playedTo(EASY_MS, actions, until, given, machines);
  if (!exact || actions.length === 0) return undefined;
  const was = `${actLine(divergence.before)}${before.is === 'ended' ? `, and ended ${before.how}` : ''}`;
  return {
    title: `${conversation}: ${DIVERGENCES[divergence.kind]} at ${divergence.state} (it was: ${was})`,
    given,
    played: easy && courseOf(easy) === courseOf(exact) ? easy : exact,
  };
}

interface Timed {
  readonly now: number;
  readonly action: Action;
}

/** Undefined where it has no end. */
function playedTo(
  unitMs: number,
  actions: readonly Timed[],
  until: number,
  given: Given,
  machines: readonly Machine[],
): readonly Played[] | undefined {
  const stage = SimulatedStage.open(machines, given);
  const played: Played[] = [];
  const act = (action: Action): void => {
    played.push({ action, events: stage.act(action) });
  };
  const passTo = (moment: number): void => {
    const ms = Math.floor((moment - stage.world.now) / unitMs) * unitMs;
    if (ms > 0) act({ do: 'advance', ms, text: exactDuration(ms) });
  };
  try {
    for (const { now, action } of actions) {
      passTo(now);
      act(action);
    }
    passTo(until);
    return played;
  } catch (error) {
    if (error instanceof EndlessEvents) return undefined;
    throw error;
  }
}

/** What was done and said, in order, whenever it was. */
function courseOf(played: readonly Played[]): string {
  const lines = played.flatMap(({ action, events }) => [
    ...(action.do === 'advance' ? [] : [actionLine(action)]),
    ...events.flatMap((event) => eventLine(event) ?? []),
  ]);
  return JSON.stringify(lines);
}

/** What somebody outside did; undefined for what only the platform does. */
function actionOf(event: Event, person: Person, definition: string): Action | undefined {
  switch (event.type) {
    case TARGETED: {
      const { event: cause } = event.data as TargetedData;
      if (cause.type !== RECIPIENT_TARGETED) return { do: 'event', type: cause.type, data: cause.data as Json };
      const { inputs = {}, schedule } = cause.data as EventData[typeof RECIPIENT_TARGETED];
      const target = { person, definition, inputs: inputs as JsonObject };
      return schedule ? { do: 'schedule', ...target, ...schedule } : { do: 'broadcast', ...target };
    }
    case MATCHED: {
      const { event: cause } = event.data as MatchedData;
      return { do: 'event', type: cause.type, data: cause.data as Json };
    }
    case 'message.received': {
      const { text } = event.data as EventData['message.received'];
      return text === '' ? undefined : { do: 'reply', person, text };
    }
    case 'handoff.taken':
    case 'handoff.replied':
    case 'handoff.returned': {
      const { conversation, handoff, ...data } = event.data as JsonObject;
      return { do: 'agent', type: event.type satisfies AgentEvent, data: { agent: AGENT, ...data } };
    }
    default:
      return undefined;
  }
}

/** The first answer of each source. */
function answersIn(steps: readonly RecordedStep[], conversation: string): Given['answers'] {
  const answers: Record<string, Answer> = {};
  for (const { input } of steps) {
    if (input.kind !== 'event') continue;
    const { type, data } = input.event;
    if (type === 'data.received') {
      const { request, source, value } = data as EventData['data.received'];
      if (isOf(request, conversation)) answers[source] ??= { value: value as Json };
    } else if (type === 'data.failed') {
      const { request, source, code, reason, permanent } = data as EventData['data.failed'];
      if (isOf(request, conversation)) answers[source] ??= { code, reason, permanent };
    }
  }
  return answers;
}

function isOf(request: string, conversation: string): boolean {
  return request.startsWith(`${conversation}/`);
}
