/** Steps, and where they stand. */
import { MAX_STEPS } from '../limits.ts';
import { CALL_NEEDS, LATER, onTheWay } from './actions.ts';
import { list, map, ref, type Schema } from './schema.ts';

const step: Schema = map(
  {
    step: ref('name', 'Its name: needed only where something jumps to it.'),
    say: ref('message', 'Sends a message.', { beside: ['goto', 'end'] }),
    ask: ref('message', 'Sends a question and waits for the reply. Needs `within` and `silence`.', {
      beside: ['into', 'check', 'typos', 'from', 'replies', 'within', 'silence'],
    }),
    into: ref('variableName', 'The variable that keeps the reply, read as its type.'),
    check: ref(
      'expression',
      'Takes a reply that was read only where this is true, such as `reply.value > now`. Sees it as `reply.value`; words of `replies` are not checked.',
    ),
    typos: {
      type: 'boolean',
      expected: 'true or false',
      description:
        'Also takes words of five letters and more with one letter wrong, where only one entry can be meant. Without it, false.',
    },
    from: {
      type: 'string',
      enum: ['sent', 'delivered'],
      expected: 'sent or delivered',
      description:
        'When the clock of `within` starts: when the question was sent, or when it reached the person, where the connector tells. Without it, `sent`.',
    },
    replies: list(ref('reply'), {
      description:
        'What each reply does. Without it any reply goes on to what follows. Where no entry says where it goes, all do.',
      expected: 'a list of replies',
    }),
    within: ref(
      'duration',
      'How long to wait for the reply, from when the question was sent; with `listen`, for the events; with `handoff`, for somebody to take it.',
    ),
    silence: list(ref('silence'), {
      description:
        'What each time-out in turn does; the last leaves the question. With `listen` one entry: what happens where the events do not come in time.',
      expected: 'a list such as [{ end: no-answer }]',
    }),
    delay: ref('delay'),
    listen: ref('listen'),
    branch: list(ref('branch'), {
      description: 'Goes the way of the first case that holds.',
      expected: 'a list of cases',
    }),
    fetch: ref('variableName', 'Asks this data source, and waits for the answer.'),
    failed: ref('way', 'What happens where the data source does not answer usably. Sees why as `failure`.'),
    handoff: ref('name', 'Gives the person to this queue of people of ours, and waits until they give them back.'),
    returned: ref('way', 'What happens once they were taken care of.'),
    nobody: ref('way', 'What happens where nobody could take care of them, or nobody did `within` that time.'),
    split: list(ref('share'), { description: 'Divides people into parts.', expected: 'a list of shares' }),
    repeat: ref('repeat'),
    set: ref('set'),
    emit: ref('emit'),
    update: ref('update'),
    call: ref('name', 'Runs this snippet, then goes on by its outcome.'),
    with: ref('with'),
    outcomes: ref('outcomes'),
    goto: ref('target', 'Goes on at that step.'),
    end: ref('name', 'Ends the conversation with this outcome. After the last step the outcome is `completed`.'),
  },
  {
    minProperties: 1,
    dependentRequired: {
      ask: ['within', 'silence'],
      listen: ['within', 'silence'],
      replies: ['ask'],
      into: ['ask'],
      check: ['ask'],
      typos: ['ask'],
      from: ['ask'],
      outcomes: ['call'],
      call: ['outcomes'],
      fetch: ['failed'],
      failed: ['fetch'],
      handoff: ['returned', 'nobody'],
      returned: ['handoff'],
      nobody: ['handoff'],
    },
    expected: 'a step',
    instead: {
      if: 'branch',
      switch: 'branch',
      while: 'repeat',
      for: 'repeat',
      wait: 'delay',
      choices: 'replies',
      validate: 'check',
      remind: 'silence',
    },
    description: 'One or several actions, which happen in the order written.',
  },
);

const steps: Schema = list(ref('step'), {
  maxItems: MAX_STEPS,
  expected: 'a list of steps',
  description: 'Run in order.',
});

const snippet: Schema = map(
  {
    inputs: ref('declarations', 'What a call gives it: name and type.'),
    vars: ref('declarations', 'What it keeps while it runs: name and type.'),
    returns: list(ref('variableName'), {
      uniqueItems: true,
      description: 'Which of its vars the caller sees as `result`.',
      expected: 'a list of names of its vars',
    }),
    steps: ref('steps'),
    anytime: ref('anytime'),
  },
  { required: ['steps'], expected: 'a map with steps' },
);

const lastWords: Schema = map(
  { say: ref('message', 'Sends a message.'), set: ref('set'), emit: ref('emit'), update: ref('update') },
  { minProperties: 1, expected: 'a map with say, set, emit or update' },
);

const recovery: Schema = map(
  { ...onTheWay },
  { minProperties: 1, dependentRequired: CALL_NEEDS, later: LATER, expected: 'a map with say, set, emit, goto or end' },
);

export const stepParts: Readonly<Record<string, Schema>> = {
  step,
  steps,
  snippet,
  lastWords,
  recovery,
};
