import type { ChannelDefinition } from './channel.ts';
import { timer } from './fields.ts';
import { count, integer, object, time } from './schema.ts';

const due = time('The deadline.');

export const timers: ChannelDefinition = {
  name: 'timers',
  about: 'Deadlines of conversations: delays, reply clocks, lifetimes.',
  key: 'contact',
  open: false,
  events: {
    'timer.scheduled': {
      about: 'A deadline was set.',
      data: object({ timer, due }),
      example: { timer: 't3', due: '2026-03-07T18:00:00.000Z' },
    },
    'timer.fired': {
      about: 'The deadline passed, and everything published before it has been seen.',
      data: object({ timer, due }),
      example: { timer: 't3', due: '2026-03-07T18:00:00.000Z' },
    },
    'timer.cancelled': {
      about: 'What the deadline was for happened, or its conversation ended.',
      data: object({ timer }),
      example: { timer: 't3' },
    },
    'probe.time-passed': {
      about: 'For somebody who does not exist, time passed at once: at most until the next of their deadlines.',
      data: object({
        ms: integer('How many milliseconds.'),
        leftMs: count('How many more were asked for.'),
        now: time('What time it is for them now.'),
      }),
      example: { ms: 86_400_000, leftMs: 86_400_000, now: '2026-03-07T09:00:00.000Z' },
    },
  },
};
