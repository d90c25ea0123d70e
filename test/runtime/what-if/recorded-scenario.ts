/** What a platform would have on record of the first person of a scenario: what it expects does not matter here. */
import type { Machine } from '../../../dsl/machine/machine.ts';
import type { Action, Scenario } from '../../../dsl/scenario/scenario.ts';
import type { History } from '../../../runtime/history/fold.ts';
import { Recorder } from './recorder.ts';

const DAY = 86_400_000;

export function recordedScenario(machines: readonly Machine[], { given, steps }: Scenario): History {
  const [person] = given.people;
  const recorder = new Recorder(machines, {
    ...(person && { address: person.addresses[0] }),
    now: new Date(given.now).toISOString(),
    answers: given.answers,
  });
  for (const step of steps) if (!('expect' in step)) perform(recorder, step);
  // What is still to come of it.
  return recorder.advance(4 * DAY).record;
}

function perform(recorder: Recorder, action: Action): void {
  switch (action.do) {
    case 'event':
      recorder.event(action.type, action.data);
      if (recorder.isWaitingFor === 'event') recorder.matched(action.type, action.data);
      return;
    case 'reply':
      recorder.reply(action.text);
      return;
    case 'advance':
      recorder.advance(action.ms);
      return;
    case 'broadcast':
    case 'schedule':
      recorder.broadcast(action.definition, action.inputs);
      return;
    case 'agent':
      if (action.type !== 'handoff.replied' && recorder.isWaitingFor === 'handoff')
        recorder.desk(action.type, action.data);
      return;
    case 'receive':
    case 'answer':
  }
}
