import type { ChannelDefinition } from './channel.ts';
import { code, definition, reason } from './fields.ts';
import { count, list, name, object, oneOf, text, time, type DataSchema } from './schema.ts';

const probe = name('The run of the probe.');
const scenario = name('The case of the scenario file.');
const difference = object(
  {
    kind: oneOf(['missing', 'unexpected', 'out-of-order', 'wrong'], 'In what it differs.'),
    line: count('Line of the scenario file.'),
    what: text('What was expected, or happened.'),
  },
  {
    field: name('Of `wrong`: the field.'),
    expected: text('What it should be.'),
    actual: text('What it is.'),
  },
);
const partition = count('The partition.');
const epoch = count("The owner's epoch in the partition's journal.");
const worker = name('The worker.');
const replay = name('The replay.');
const durationMs = count('How long it took, in milliseconds.');

const measured = (description: string): DataSchema => ({ type: 'number', description });
const departed = {
  series: name('What is measured: an event type, or the two ends of a share or a delay.'),
  kind: oneOf(
    ['rate', 'share', 'delay'],
    'Events in five minutes, one type of event for each of another, or the 95th percentile of a time in milliseconds.',
  ),
  direction: oneOf(['low', 'high'], 'Less than usual, or more.'),
  since: time('Start of the first window that was beyond what is normal.'),
};
const departure = object({
  ...departed,
  window: time('Start of the window that the values are of.'),
  value: measured('What was measured.'),
  expected: measured('What is usual.'),
  low: measured('From here on it is normal.'),
  high: measured('Up to here it is normal.'),
  distance: measured('How far the value is from the usual one, in standard deviations.'),
});
const exampleDeparture = {
  series: 'sent of requested',
  kind: 'share',
  direction: 'low',
  ...{ since: '2026-03-06T14:05:00.000Z', window: '2026-03-06T14:10:00.000Z' },
  ...{ value: 0.41, expected: 0.99, low: 0.86, high: 1, distance: -14.2 },
};

const settledLetter = object(
  {
    topic: name('Topic and partition that the message was on.'),
    messageId: name('Its position there.'),
    subscription: name('Who could not process it.'),
    deadLetter: name('Its position on the dead letter topic.'),
  },
  { event: name('Its `ce_id`, where it has one.') },
);
const exampleLetter = {
  topic: 'persistent://acme/messaging/events-partition-3',
  messageId: '118:7',
  subscription: '/engine/acme/3',
  deadLetter: '42:0',
  event: 'SM2f61',
};

export const operations: ChannelDefinition = {
  name: 'operations',
  about: 'What the platform does with itself, for those who run it.',
  key: 'own',
  open: false,
  events: {
    'probe.started': {
      about: 'A scenario runs against the live platform.',
      data: object({ probe, definition, scenario }),
      example: { probe: 'p-19', definition: 'appointment-reminder', scenario: 'silence' },
    },
    'probe.passed': {
      about: 'Everything that the scenario expects happened, and nothing else.',
      data: object({ probe, definition, scenario, durationMs }),
      example: { probe: 'p-19', definition: 'appointment-reminder', scenario: 'silence', durationMs: 840 },
    },
    'probe.failed': {
      about: 'The platform did not do what the scenario expects.',
      data: object(
        {
          probe,
          definition,
          scenario,
          durationMs,
          missing: list(name('One of them.'), 'Expected, and did not happen.'),
          unexpected: list(name('One of them.'), 'Happened, and was not expected.'),
        },
        {
          differences: list(difference, 'All that differs, in the order of the scenario.'),
          code,
          reason,
        },
      ),
      example: {
        probe: 'p-19',
        definition: 'appointment-reminder',
        scenario: 'silence',
        durationMs: 30000,
        missing: ['conversation.completed no-answer'],
        unexpected: [],
        differences: [{ kind: 'missing', line: 24, what: 'conversation.completed no-answer' }],
      },
    },
    'event.dead-lettered': {
      about: 'A message could not be processed and was put aside, complete, on the dead letter topic.',
      data: object(
        {
          topic: name('Topic and partition that it was on.'),
          messageId: name('Its position there.'),
          subscription: name('Who could not process it.'),
          code,
          reason,
          redeliveries: count('How often it was delivered before.'),
        },
        {
          type: name('Its `ce_type`, where it has one.'),
          event: name('Its `ce_id`, where it has one.'),
          deadLetter: name('Its position on the dead letter topic.'),
        },
      ),
      example: {
        topic: 'persistent://acme/messaging/events-partition-3',
        messageId: '118:7',
        subscription: 'engine',
        code: 'event-undecodable',
        reason: 'the payload is no JSON: unexpected end of input',
        redeliveries: 0,
        type: 'message.received',
        event: 'SM2f61',
        deadLetter: '42:0',
      },
    },
    'event.redriven': {
      about: 'An operator had a dead letter sent again to whoever could not process it.',
      data: settledLetter,
      example: exampleLetter,
    },
    'event.dropped': {
      about: 'An operator gave a dead letter up.',
      data: settledLetter,
      example: exampleLetter,
    },
    'replay.started': {
      about: 'Past events are told again, beside the platform.',
      data: object({ replay, from: time('First moment.'), to: time('Last moment.') }, { definition }),
      example: { replay: 'r-2', from: '2026-03-01T00:00:00.000Z', to: '2026-03-08T00:00:00.000Z' },
    },
    'replay.completed': {
      about: 'The replay is over.',
      data: object({
        replay,
        events: count('Events told or run.'),
        differences: count('Where the result was another; 0 where nothing was compared.'),
      }),
      example: { replay: 'r-2', events: 81234, differences: 0 },
    },
    'baseline.departed': {
      about: 'What flows through the platform is not as it usually is at this hour of the week.',
      data: departure,
      example: exampleDeparture,
    },
    'baseline.returned': {
      about: 'It is as usual again.',
      data: departure,
      example: { ...exampleDeparture, window: '2026-03-06T15:20:00.000Z', value: 0.98, distance: -0.4 },
    },
    'baseline.ended': {
      about: 'Nothing could be said for a day of something that was not as it usually is: it counts as over.',
      data: object({ ...departed, window: time('Start of the last window of that day.'), reason }),
      example: {
        ...{ series: 'hand-over', kind: 'delay', direction: 'high', since: '2026-03-06T14:05:00.000Z' },
        ...{ window: '2026-03-07T17:55:00.000Z', reason: 'too few events for a day to say anything' },
      },
    },
    'tenant.created': {
      about: 'A tenant has its namespaces and topics.',
      data: object({ tenant: name('Its name.'), partitions: count('Partitions of its topics.') }),
      example: { tenant: 'acme', partitions: 8 },
    },
    'tenant.grown': {
      about: 'A tenant has more partitions than before: its contacts are spread over them anew.',
      data: object({
        tenant: name('Its name.'),
        before: count('Partitions of its topics until then.'),
        partitions: count('Partitions of its topics from then on.'),
      }),
      example: { tenant: 'acme', before: 8, partitions: 16 },
    },
    'partition.acquired': {
      about: "A worker owns a partition: its barrier is in the partition's journal.",
      data: object({ partition, epoch, worker }),
      example: { partition: 3, epoch: 17, worker: 'parlance-0' },
    },
    'partition.released': {
      about: 'A worker stopped working on a partition.',
      data: object({ partition, epoch, worker, reason }),
      example: { partition: 3, epoch: 17, worker: 'parlance-0', reason: 'shutting down' },
    },
  },
};
