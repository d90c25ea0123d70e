/** How a conversation would go on on another version: moved, then played one input further, in every way that is clear. */
import type { Event } from '../../channels/event.ts';
import type { EventData } from '../../channels/generated/events.ts';
import type { ContactState, ConversationState } from '../contact.ts';
import { flowOf } from '../machine/machine.ts';
import type { Node } from '../machine/nodes.ts';
import type { Emission, Machines, Step, StepContext, StepInput, StepResult } from '../step/contract.ts';

type Request = EventData['conversation.migration-requested'];
type Tried = EventData['conversation.migration-tried'];
type Problem = Tried['problems'][number];

/** What the conversation's own words are not. */
const NO_WORD = 'something else';

/** Nothing changes: states what it would come to. */
export function tryMigration(
  step: Step,
  machines: Machines,
  state: ContactState | undefined,
  event: Event,
  context: StepContext,
): StepResult {
  const request = event.data as Request;
  const { from, to, conversation: id } = request;
  const asked: Event = { ...event, data: { ...request, trial: false } satisfies Request };
  const moved = attempt(() => step(machines, state, { kind: 'event', event: asked }, context));
  const emissions = 'problem' in moved ? [] : moved.emissions;
  const migrated = emissions.find(({ type }) => type === 'conversation.migrated');
  const { left, state: entered } = (migrated?.data ?? {}) as Partial<EventData['conversation.migrated']>;
  const after = 'problem' in moved ? undefined : moved.state;
  const conversation = after?.conversations.find((one) => one.id === id);
  const problems = [
    ...('problem' in moved ? [moved.problem] : []),
    ...problemsIn(emissions, id),
    ...(conversation && migrated ? problemsAfter(step, machines, after, conversation, context) : []),
  ];
  const data: Tried = {
    ...{ from, to, problems },
    ...(left === undefined ? {} : { left }),
    ...(entered === undefined ? {} : { entered }),
  };
  const tried: Emission = {
    ...{ channel: 'conversations', type: 'conversation.migration-tried', data },
    conversation: id as ConversationState['id'],
  };
  return { state, emissions: [tried] };
}

function attempt(play: () => StepResult): StepResult | { readonly problem: Problem } {
  try {
    return play();
  } catch (error) {
    return { problem: { code: 'input-failed', reason: error instanceof Error ? error.message : String(error) } };
  }
}

function problemsIn(emissions: readonly Emission[], id: string, after = ''): readonly Problem[] {
  return emissions
    .filter(({ type, conversation }) => conversation === id && PROBLEMS.has(type))
    .map(({ data }) => {
      const { code, reason } = data as Problem;
      return { code, reason: `${after}${reason}` };
    });
}

const PROBLEMS: ReadonlySet<string> = new Set([
  'conversation.migration-refused',
  'conversation.recovering',
  'conversation.failed',
]);

function problemsAfter(
  step: Step,
  machines: Machines,
  state: ContactState | undefined,
  conversation: ConversationState,
  context: StepContext,
): readonly Problem[] {
  const found = inputsFor(machines, conversation, context).flatMap(({ what, input }) => {
    const played = attempt(() => step(machines, state, input, context));
    if ('problem' in played) return [{ ...played.problem, reason: `after ${what}: ${played.problem.reason}` }];
    return problemsIn(played.emissions, conversation.id, `after ${what}: `);
  });
  return found.filter(({ reason }, index) => found.findIndex((other) => other.reason === reason) === index);
}

interface Play {
  readonly what: string;
  readonly input: StepInput;
}

/** What may come next for what it waits for. Answers of data sources and events of the customer's own are not made up. */
function inputsFor(machines: Machines, conversation: ConversationState, context: StepContext): readonly Play[] {
  const { wait, timers, parked } = conversation;
  if (parked) return [];
  const node = nodeOf(machines, conversation);
  const timer = timers.find(({ id }) => id === wait.timer);
  const timeOut: readonly Play[] = timer ? [{ what: 'its time is up', input: { kind: 'timer', timer } }] : [];
  if (node?.op === 'ask') {
    const words = [...new Set(Object.values(node.words[conversation.locale] ?? {}))].flatMap((entry) => {
      const [word] = Object.entries(node.words[conversation.locale] ?? {}).find(([, index]) => index === entry) ?? [];
      return word === undefined ? [] : [word];
    });
    return [...[...words, NO_WORD].map((text) => written(conversation, text, context)), ...timeOut];
  }
  if (node?.op !== 'handoff') return timeOut;
  return (['returned', 'nobody'] as const).map((outcome) => ({
    what: `the desk says "${outcome}"`,
    input: eventInput('handoff.returned', { conversation: conversation.id, outcome }, context),
  }));
}

function nodeOf(machines: Machines, { machine: hash, frames, wait }: ConversationState): Node | undefined {
  const machine = machines.byHash(hash);
  const top = frames.at(-1);
  return machine && top ? flowOf(machine, top.flow).nodes[wait.node] : undefined;
}

function written({ connector, to }: ConversationState, text: string, context: StepContext): Play {
  const data = { connector, from: to, text };
  return { what: `"${text}"`, input: eventInput('message.received', data, context) };
}

function eventInput(type: string, data: object, { now }: StepContext): StepInput {
  const time = new Date(now).toISOString();
  const event: Event = { specversion: '1.0', id: `trial-${type}` as Event['id'], source: '/trial', type, time, data };
  return { kind: 'event', event };
}
