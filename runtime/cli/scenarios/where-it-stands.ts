/** What `parlance simulate` shows of a dialogue: what it waits for, and what led to what. */
import type { Event } from '../../../channels/event.ts';
import type { Person } from '../../../dsl/scenario/scenario.ts';
import { eventLine } from '../../../dsl/scenario/transcript.ts';
import type { World } from '../../../dsl/simulation/world.ts';

export function stateOf(world: World, { addresses: [address] }: Person): readonly string[] {
  const state = world.state(world.contactOf(address));
  const now = `it is ${new Date(world.now).toISOString()}`;
  if (!state || state.conversations.length === 0) return [now, 'no conversation is open'];
  return [
    now,
    ...state.conversations.flatMap(({ id, definition, frames, timers }) => [
      `${definition} waits at ${waitingAt(world.events, id)}`,
      ...frames.map(
        ({ flow, inputs, vars }) => `  ${flow}: inputs ${JSON.stringify(inputs)}, vars ${JSON.stringify(vars)}`,
      ),
      ...timers.map((timer) => `  ${timer.id} is due at ${new Date(timer.due).toISOString()}`),
    ]),
  ];
}

function waitingAt(events: readonly Event[], conversation: string): string {
  const waiting = events.findLast(
    ({ type, correlationid }) => type === 'conversation.waiting' && correlationid === conversation,
  );
  return (waiting?.data as { state?: string } | undefined)?.state ?? 'its beginning';
}

/** From the newest message or end back to what came from outside. */
export function whyOf(events: readonly Event[]): readonly string[] {
  const newest = events.findLast((event) => eventLine(event) !== undefined) ?? events.at(-1);
  if (!newest) return ['nothing has happened yet'];
  const lines: string[] = [];
  const seen = new Set<Event>();
  for (let event: Event | undefined = newest; event && !seen.has(event); event = causeIn(events, event)) {
    seen.add(event);
    lines.push(
      `${lines.length === 0 ? '' : '  because of '}${event.type} ${JSON.stringify(event.data)} at ${event.time}`,
    );
  }
  return lines;
}

/** A deadline is no event: what it led to follows from `timer.fired`, and that from what set the timer. */
function causeIn(events: readonly Event[], { type, data, causationid, correlationid }: Event): Event | undefined {
  if (causationid === undefined) return undefined;
  const cause = events.find(({ id }) => id === causationid);
  if (cause) return cause;
  const timer = causationid.slice(causationid.lastIndexOf('/') + 1);
  const wanted = type === 'timer.fired' ? 'timer.scheduled' : 'timer.fired';
  const name = type === 'timer.fired' ? (data as { timer: string }).timer : timer;
  return events.find(
    (event) =>
      event.type === wanted &&
      event.correlationid === correlationid &&
      (event.data as { timer: string }).timer === name,
  );
}
