/** What the platform keeps about itself. */
import { TENANT, TIME, versionOf, type View } from './view.ts';

export const STEPS: View = {
  name: 'steps',
  about: "The engine's journal, one row a step: what was applied, in which order, at which moment.",
  columns: [
    TENANT,
    ['partition', 'UInt16', 'slice of the contacts', 'e.partition'],
    ['epoch', 'UInt64', "the owner's reign", 'e.epoch'],
    ['sequence', 'UInt64', 'order within the partition', 'e.sequence'],
    ['kind', 'String', 'step, or barrier: a new owner', 'toString(e.kind)'],
    ['now', TIME, 'the moment that the step saw', 'e.now'],
    ['input', 'String', 'id of the event or timer applied', 'e.input'],
    ['input_type', 'String', 'its type', 'e.input_type'],
    ['contact', 'String', 'contact key', 'e.contact'],
    ['conversations', 'Array(String)', 'conversations that its events are about', 'e.conversations'],
    ['outputs', 'Array(String)', 'ids of the events it gave, in order', 'e.outputs'],
    ['state_hash', 'String', 'SHA-256 of the new state, empty where it did not change', 'e.state_hash'],
    ['feed', 'String', 'where its input came from: a channel or inbox; empty for a timer', 'e.feed'],
    ['feed_position', 'String', 'position of its input there', 'e.feed_position'],
    ['definitions', 'String', 'position of the definition last published, as the step knew them', 'e.definitions'],
    ['company', 'String', 'what the company called itself', 'e.company'],
    ['partitions', 'UInt16', 'among how many the contacts were divided; 0: not known', 'e.partitions'],
    [
      'fatal',
      'UInt8',
      '1: its input ends the process and was not tried; 2: more followed from a deadline than a record holds',
      'e.fatal',
    ],
  ],
  from: ({ tables }) => `${tables}.steps AS e`,
  examples: [
    {
      about: 'What was decided about a person, in order.',
      sql: `SELECT now, input_type, input, length(outputs) AS events FROM steps
WHERE contact = 'c-1' ORDER BY partition, epoch, sequence`,
    },
    {
      about: 'How often partitions changed hands.',
      sql: "SELECT partition, count() AS owners FROM steps WHERE kind = 'barrier' GROUP BY partition ORDER BY partition",
    },
  ],
};

export const DEFINITIONS: View = {
  name: 'definitions',
  about: 'Every publication: a version is there, is in force, or its definition is retired.',
  columns: [
    TENANT,
    ['published', TIME, 'when', 'e.published'],
    ['position', 'String', 'message id in the topic of machines', 'e.position'],
    ['kind', 'String', 'version, activate, retire, or publish: both of the first', 'toString(e.kind)'],
    ['definition', 'String', 'its name; empty where it is activated', 'e.definition'],
    ['version', 'String', 'its version; empty where the definition is retired', versionOf('e.machine')],
    ['machine', 'String', 'content hash of the version', 'e.machine'],
    ['payload', 'String', 'JSON list of what it says, with the compiled machine of a version', 'e.payload'],
  ],
  from: ({ tables }) => `${tables}.definitions AS e`,
  examples: [
    {
      about: 'Which versions there are.',
      sql: "SELECT published, definition, version FROM definitions WHERE kind IN ('version', 'publish') ORDER BY published",
    },
  ],
};

export const DEAD_LETTERS: View = {
  name: 'dead_letters',
  about: 'Messages on the channels that are no events.',
  columns: [
    TENANT,
    ['published', TIME, 'when the broker took it', 'e.published'],
    ['topic', 'String', 'full partition topic', 'e.topic'],
    ['position', 'String', 'message id', 'e.position'],
    ['reason', 'String', 'why it is no event', 'e.reason'],
    ['properties', 'Map(String, String)', 'its message properties', 'e.properties'],
    ['payload', 'String', 'its bytes', 'e.payload'],
  ],
  from: ({ tables }) => `${tables}.dead_letters AS e`,
  examples: [
    {
      about: 'What is wrong with them.',
      sql: 'SELECT reason, count() AS messages, max(published) AS newest FROM dead_letters GROUP BY reason ORDER BY messages DESC',
    },
  ],
};

export const MARKS: View = {
  name: 'marks',
  about: 'How far each topic has been stored.',
  columns: [
    TENANT,
    ['topic', 'String', 'full partition topic', 'e.topic'],
    ['position', 'String', 'stored up to and including this message', 'argMax(e.position, e.batch)'],
    ['batch', 'UInt64', 'number of the batch', 'max(e.batch)'],
    ['stored', TIME, 'when that was', 'argMax(e.time, e.batch)'],
  ],
  from: ({ tables }) => `${tables}.marks AS e GROUP BY e.tenant, e.topic`,
  examples: [{ about: 'When something was last stored.', sql: 'SELECT max(stored) AS newest FROM marks' }],
};

export const SAMPLES: View = {
  name: 'samples',
  about: 'What was measured of the stream every five minutes, from which the baseline learns what is usual.',
  columns: [
    TENANT,
    ['start', TIME, 'of the five minutes', 'e.start'],
    ['kind', 'String', 'rate, share, or delay: a 95th percentile in milliseconds', 'e.kind'],
    ['series', 'String', 'event type, or the two ends of a share or delay', 'e.series'],
    ['value', 'Float64', 'what was measured', 'any(e.value)'],
    ['observations', 'UInt32', 'events that it was made of', 'any(e.observations)'],
  ],
  from: ({ tables }) => `${tables}.samples AS e GROUP BY e.tenant, e.start, e.kind, e.series`,
  examples: [
    {
      about: 'How much of what was requested has been sent, by hour.',
      sql: `SELECT toStartOfHour(start) AS hour, sum(value * observations) / sum(observations) AS share FROM samples
WHERE kind = 'share' AND series = 'sent of requested' GROUP BY hour ORDER BY hour`,
    },
  ],
};
