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
  | 'anytime that waits'
  | 'resume a question'
  | 'resume a question whose clock stood still'
  | 'resume a delay'
  | 'resume a delay that is over'
  | 'restart'
  | 'leave by goto'
  | 'leave by end'
  | 'end'
  | 'reply as time runs out';

/** For 200 runs; more runs only cover more. */
export const FLOORS: Readonly<Record<Construct, number>> = {
  say: 500,
  set: 400,
  ask: 300,
  'ask: reply': 60,
  'ask: any reply': 30,
  'ask: otherwise': 40,
  'ask: again': 80,
  'ask: exhausted': 25,
  'ask: reminder': 60,
  'ask: silence': 50,
  'branch: when': 40,
  'branch: otherwise': 30,
  delay: 80,
  goto: 120,
  'repeat: round': 50,
  'repeat: done': 5,
  'repeat: exhausted': 20,
  call: 100,
  return: 80,
  anytime: 80,
  'anytime in a snippet': 12,
  'anytime that waits': 50,
  'resume a question': 25,
  'resume a question whose clock stood still': 3,
  'resume a delay': 6,
  'resume a delay that is over': 3,
  restart: 10,
  'leave by goto': 10,
  'leave by end': 8,
  end: 300,
  'reply as time runs out': 100,
};
