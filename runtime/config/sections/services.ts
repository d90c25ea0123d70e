/** What the platform stands on. */
import type { SectionSchema, SettingSchema } from '../setting.ts';

function months(description: string): SettingSchema {
  return { type: 'integer', minimum: 0, maximum: 1200, default: 0, description };
}

export const broker: SectionSchema = {
  type: 'object',
  description: 'The event broker.',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: {
      type: 'string',
      pattern: '^(embedded|pulsar(\\+ssl)?://[^/\\s]+|wss?://[^/\\s]+)/?$',
      default: 'embedded',
      description:
        '`embedded` (in this process, on disk), `pulsar://HOST:6650` or `pulsar+ssl://…` (native client), or `ws://HOST:8080` or `wss://…` (Pulsar over WebSocket).',
      'x-expected': 'embedded, pulsar://HOST:PORT, pulsar+ssl://HOST:PORT, ws://HOST:PORT or wss://HOST:PORT',
    },
    adminUrl: {
      type: 'string',
      pattern: '^https?://[^\\s]+$',
      description:
        "Pulsar's admin REST address, `http://HOST:8080`. Needed with `pulsar://`; with `ws://` it defaults to the same host over HTTP.",
      'x-expected': 'http://HOST:PORT or https://HOST:PORT',
    },
    token: {
      type: 'string',
      minLength: 1,
      writeOnly: true,
      description: 'Token (JWT) that authenticates this process to Pulsar.',
    },
  },
};

export const store: SectionSchema = {
  type: 'object',
  description: 'ClickHouse, where every event is stored.',
  additionalProperties: false,
  required: [
    'url',
    'database',
    'keepEventsMonths',
    'keepStepsMonths',
    'keepDeadLettersMonths',
    'keepSamplesMonths',
    'coldAfterMonths',
  ],
  properties: {
    url: {
      type: 'string',
      pattern: '^(embedded|https?://[^\\s]+)$',
      default: 'embedded',
      description: '`embedded` (ClickHouse in this process) or the HTTP address of a server, `http://HOST:8123`.',
      'x-expected': 'embedded, http://HOST:PORT or https://HOST:PORT',
    },
    database: {
      type: 'string',
      pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
      default: 'parlance',
      description: 'Database; created if it is missing.',
      'x-expected': 'a name of letters, digits and _',
    },
    username: { type: 'string', minLength: 1, description: 'User on the server.' },
    password: { type: 'string', minLength: 1, writeOnly: true, description: "The user's password." },
    cluster: {
      type: 'string',
      pattern: '^[A-Za-z0-9_.-]+$',
      description:
        'Name of a ClickHouse cluster, as the server at `url` knows it: tables are replicated and distributed over it. Chosen when the store is created. Not with `embedded`.',
      'x-expected': 'a name of letters, digits, _, . and -',
    },
    keepEventsMonths: months(
      'After how many months events are deleted; 0: never. By the time at which they came, and a whole month of them at a time.',
    ),
    keepStepsMonths: months(
      "After how many months the engine's steps are deleted; 0: never. Without them no state of that time can be rebuilt.",
    ),
    keepDeadLettersMonths: months('After how many months dead letters are deleted; 0: never.'),
    keepSamplesMonths: months(
      'After how many months samples of the stream are deleted; 0: never. What is usual is learned from the newest weeks.',
    ),
    storagePolicy: {
      type: 'string',
      pattern: '^[A-Za-z0-9_]+$',
      description:
        "Storage policy of the server for events, steps, dead letters and samples; it must have the volumes of the one before. Default: the server's. Not with `embedded`.",
      'x-expected': 'a name of letters, digits and _',
    },
    coldVolume: {
      type: 'string',
      pattern: '^[A-Za-z0-9_]+$',
      description: 'Volume of that policy to which old rows are moved. Needs `coldAfterMonths`.',
      'x-expected': 'a name of letters, digits and _',
    },
    coldAfterMonths: months('After how many months rows are moved to `coldVolume`; 0: never.'),
  },
};
