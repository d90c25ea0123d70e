/** What a run of the statechart passed through, and how often that must happen for the comparison to mean something. */
export type Construct =
  | 'say'
  | 'set'
  | 'ask'
  | 'ask: reply'
  | 'ask: any reply'
  | 'ask: otherwise'
  | 'ask: again'
  | 'ask: exhausted'
  | 'ask: reminder'
  | 'ask: silence'
  | 'branch: when'
  | 'branch: otherwise'
  | 'delay'
  | 'goto'
  | 'repeat: round'
  | 'repeat: done'
  | 'repeat: exhausted'
  | 'call'
  | 'return'
  | 'anytime'
  | 'anytime in a snippet'
  | 'anytime by event'
  | 'anytime by event in a snippet'
  | 'anytime that waits'
  | 'resume a question'
  | 'resume a question whose clock stood still'
  | 'resume a delay'
  | 'resume a delay that is over'
  | 'resume a listen'
  | 'resume a listen that is over'
  | 'resume a fetch'
  | 'resume a fetch that is over'
  | 'restart'
  | 'leave by goto'
  | 'leave by end'
  | 'end'
  | 'split: first'
  | 'split: another'
  | 'listen'
  | 'listen: one of any'
  | 'listen: one of all'
  | 'listen: all have come'
  | 'listen: silence'
  | 'event: early'
  | 'event: kept'
  | 'event: passed over'
  | 'event: sent again'
  | 'fetch'
  | 'fetch: answer'
  | 'fetch: failure'
  | 'fetch: no answer'
  | 'hand-off'
  | 'hand-off: taken'
  | 'hand-off: returned'
  | 'hand-off: nobody'
  | 'hand-off: time-out'
  | 'hand-off: the desk writes'
  | 'hand-off: the person writes'
  | 'reply as time runs out'
  | 'something else as time runs out';

/** For 250 runs; more runs only cover more. */
export const FLOORS: Readonly<Record<Construct, number>> = {
  say: 1100,
  set: 800,
  ask: 300,
  'ask: reply': 60,
  'ask: any reply': 55,
  'ask: otherwise': 45,
  'ask: again': 85,
  'ask: exhausted': 30,
  'ask: reminder': 75,
  'ask: silence': 75,
  'branch: when': 45,
  'branch: otherwise': 50,
  delay: 100,
  goto: 450,
  'repeat: round': 95,
  'repeat: done': 15,
  'repeat: exhausted': 30,
  call: 150,
  return: 100,
  anytime: 150,
  'anytime in a snippet': 20,
  'anytime that waits': 100,
  'resume a question': 45,
  'resume a question whose clock stood still': 4,
  'resume a delay': 30,
  'resume a delay that is over': 1,
  restart: 10,
  'leave by goto': 30,
  'leave by end': 25,
  end: 650,
  'anytime by event': 20,
  'anytime by event in a snippet': 6,
  'resume a listen': 5,
  'resume a listen that is over': 1,
  'resume a fetch': 8,
  'resume a fetch that is over': 1,
  'split: first': 25,
  'split: another': 20,
  listen: 100,
  'listen: one of any': 25,
  'listen: one of all': 15,
  'listen: all have come': 7,
  'listen: silence': 60,
  'event: early': 20,
  'event: kept': 2,
  'event: passed over': 55,
  'event: sent again': 95,
  fetch: 200,
  'fetch: answer': 40,
  'fetch: failure': 20,
  'fetch: no answer': 100,
  'hand-off': 50,
  'hand-off: taken': 15,
  'hand-off: returned': 15,
  'hand-off: nobody': 15,
  'hand-off: time-out': 10,
  'hand-off: the desk writes': 10,
  'hand-off: the person writes': 30,
  'reply as time runs out': 60,
  'something else as time runs out': 100,
};
