/**
 * The one configuration schema: file keys, environment variables, defaults, documentation and the TypeScript type
 * (configuration.ts) all come from it. `writeOnly` marks a secret: it is redacted when printed and may come from a file.
 */
export interface SettingSchema {
  readonly type: 'string' | 'integer' | 'boolean' | 'array';
  readonly description: string;
  readonly default?: string | number | boolean | readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: {
    readonly type: 'string';
    readonly enum?: readonly string[];
    readonly minLength?: number;
    readonly pattern?: string;
  };
  readonly writeOnly?: boolean;
  /** What a value that does not match should have been, in a person's words. */
  readonly 'x-expected'?: string;
}

export interface SectionSchema {
  readonly type: 'object';
  readonly description: string;
  readonly additionalProperties: false;
  readonly required?: readonly string[];
  readonly properties: Readonly<Record<string, SettingSchema>>;
}

export interface ConfigurationSchema {
  readonly $schema: string;
  readonly title: string;
  readonly description: string;
  readonly type: 'object';
  readonly additionalProperties: false;
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, SettingSchema | SectionSchema>>;
}

/** With its envelope it must fit into an event of 256 KiB. */
const MAX_RESPONSE_BYTES = 245_760;

/** More partitions than this cost every worker open topics and buy nothing: a tenant's contacts spread well over 256. */
const MAX_PARTITIONS = 1024;

/** As browsers send it: lower case, no path, no default port. Anything else would never match. */
const ORIGIN = '^(https://(?!.*:443$)|http://(?!.*:80$))([a-z0-9.-]+|\\[[0-9a-f:]+\\])(:[0-9]{1,5})?$';

/** A tenant and its company, whose name leaves room in an SMS for what is said in it. */
const COMPANY = '^[a-z][a-z0-9-]{0,62}=\\S(.{0,28}\\S)?$';

export const configurationSchema: ConfigurationSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Configuration',
  description: 'Configuration of a Parlance process: parlance.yaml, environment variables and defaults.',
  type: 'object',
  additionalProperties: false,
  required: [
    'dataFolder',
    'roles',
    'conversations',
    'eventSchemas',
    'broker',
    'store',
    'http',
    'defaultTenant',
    'companies',
    'log',
    'webchat',
    'recording',
    'fetch',
    'handoff',
    'schedules',
    'stopSeconds',
  ],
  properties: {
    dataFolder: {
      type: 'string',
      minLength: 1,
      default: '.parlance',
      description:
        'Folder for everything this process keeps on disk: embedded broker and store, engine state, keys. Relative to the working directory. One process at a time.',
    },
    roles: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', enum: ['all', 'engine', 'edge', 'sink'] },
      default: ['all'],
      description:
        'What this process does: `engine` runs conversations, `edge` serves HTTP and connectors, `sink` writes events to the store. `all` is needed with the embedded broker.',
      'x-expected': 'a list of all, engine, edge, sink',
    },
    conversations: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      default: ['conversations'],
      description:
        'Files and folders of definitions of the default tenant. At start, those are put in force that have changed since they last were from here.',
      'x-expected': 'a list of files and folders',
    },
    eventSchemas: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      default: [],
      description:
        "Files and folders of JSON Schemas (YAML or JSON) for the default tenant's own event types, each named after its type: `com.clinic.appointment.booked.yaml`. Such events are refused where their data does not fit.",
      'x-expected': 'a list of files and folders',
    },
    broker: {
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
    },
    store: {
      type: 'object',
      description: 'ClickHouse, where every event is stored.',
      additionalProperties: false,
      required: ['url', 'database'],
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
      },
    },
    http: {
      type: 'object',
      description: 'The HTTP edge: events, web chat, SQL, health and metrics.',
      additionalProperties: false,
      required: ['host', 'port', 'maxWaiting'],
      properties: {
        host: {
          type: 'string',
          minLength: 1,
          default: '127.0.0.1',
          description:
            'Address to listen on. Anything but loopback (`0.0.0.0`, `::`) is refused until a key exists: `parlance keys create`.',
        },
        port: {
          type: 'integer',
          minimum: 0,
          maximum: 65535,
          default: 8080,
          description: 'Port to listen on; 0 takes a free one.',
        },
        maxWaiting: {
          type: 'integer',
          minimum: 1000,
          default: 50000,
          description:
            'Messages of a tenant that may wait for its conversations. While more do, until half as many do, nothing is taken for it: events are answered 503, people and gateways are asked to send again later. Not below what the engine reads in ten seconds.',
        },
      },
    },
    defaultTenant: {
      type: 'object',
      description: 'The tenant created at start, and meant where a command names none.',
      additionalProperties: false,
      required: ['name', 'partitions'],
      properties: {
        name: {
          type: 'string',
          pattern: '^[a-z][a-z0-9-]{0,62}$',
          default: 'demo',
          description: 'Name: lower-case letters, digits and hyphens.',
          'x-expected': 'lower-case letters, digits and hyphens, starting with a letter, at most 63',
        },
        partitions: {
          type: 'integer',
          minimum: 1,
          maximum: MAX_PARTITIONS,
          default: 4,
          description:
            'Into how many partitions its contacts are spread when it is created; `parlance tenants grow` adds some later.',
        },
      },
    },
    companies: {
      type: 'array',
      items: { type: 'string', pattern: COMPANY },
      default: [],
      description:
        'What the company of a tenant is called: `demo=Riverside Clinic`. It stands in the answers to HELP, STOP and START, and is the subject of e-mails that have none of their own. A tenant without one is not named there.',
      'x-expected': 'a list of TENANT=NAME, each name of at most 30 characters',
    },
    log: {
      type: 'object',
      description: 'Logs, on standard output. Addresses, texts and secrets are always redacted.',
      additionalProperties: false,
      required: ['level', 'format'],
      properties: {
        level: {
          type: 'string',
          enum: ['debug', 'info', 'warn', 'error'],
          default: 'info',
          description: 'The least severe level that is written.',
        },
        format: {
          type: 'string',
          enum: ['auto', 'json', 'pretty'],
          default: 'auto',
          description: '`json` (one object a line), `pretty` (for people), or `auto`: pretty on a terminal.',
        },
      },
    },
    webchat: {
      type: 'object',
      description: 'The web chat page.',
      additionalProperties: false,
      required: ['enabled', 'title', 'allowedOrigins'],
      properties: {
        enabled: { type: 'boolean', default: true, description: 'Whether the page is served.' },
        title: { type: 'string', minLength: 1, default: 'Chat', description: "The page's heading." },
        allowedOrigins: {
          type: 'array',
          items: { type: 'string', pattern: ORIGIN },
          default: [],
          description:
            'Origins at which browsers see the page, where a proxy in front rewrites the Host header: `https://chat.example.org`. The host that a request names is always let in.',
          'x-expected':
            'a list of origins as browsers send them, like https://chat.example.org: in lower case, without a path and without the default port',
        },
      },
    },
    recording: {
      type: 'object',
      description: 'SMS and e-mail without a provider: messages are rendered and recorded, nobody gets them.',
      additionalProperties: false,
      required: ['connectors'],
      properties: {
        connectors: {
          type: 'array',
          items: { type: 'string', enum: ['sms', 'email'] },
          default: [],
          description:
            'What is recorded instead of sent: `sms`, `email`. `parlance outbox` lists it. Never in production: messages count as delivered.',
          'x-expected': 'a list of sms, email',
        },
      },
    },
    fetch: {
      type: 'object',
      description:
        'How data sources are asked over HTTP. Secrets come from `PARLANCE_SECRET_TENANT__NAME` (capitals, `-` as `_`) or from files.',
      additionalProperties: false,
      required: ['allowedNetworks', 'maxResponseBytes', 'maxConcurrent', 'maxConcurrentPerHost'],
      properties: {
        secretsFolder: {
          type: 'string',
          minLength: 1,
          description:
            'Folder of secrets for data sources, one file each: `TENANT/NAME`, as Kubernetes mounts them. Read anew each time.',
        },
        allowedNetworks: {
          type: 'array',
          items: {
            type: 'string',
            pattern: '^([0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*/[0-9]{1,3})$',
          },
          default: [],
          description:
            'Networks that may be asked although they are not public, such as `10.1.0.0/16`. Loopback, private, link-local and cloud metadata addresses are refused otherwise.',
          'x-expected': 'a list of networks like 10.1.0.0/16 or fd00::/64',
        },
        maxResponseBytes: {
          type: 'integer',
          minimum: 1,
          maximum: MAX_RESPONSE_BYTES,
          default: 131_072,
          description: 'Largest answer of a data source, in bytes.',
        },
        maxConcurrent: {
          type: 'integer',
          minimum: 1,
          maximum: 10_000,
          default: 128,
          description: 'Requests to data sources under way at a time, per tenant.',
        },
        maxConcurrentPerHost: {
          type: 'integer',
          minimum: 1,
          maximum: 10_000,
          default: 16,
          description: 'Of these, to one host.',
        },
      },
    },
    handoff: {
      type: 'object',
      description: 'The inbox for a support desk: `/v1/tenants/TENANT/handoffs`.',
      additionalProperties: false,
      required: ['enabled'],
      properties: {
        enabled: {
          type: 'boolean',
          default: true,
          description: 'Whether it is served. In one process of a tenant only: it keeps its view on its own disk.',
        },
      },
    },
    schedules: {
      type: 'object',
      description: 'Starts by `schedule`, which a process with the role `edge` sends to its contact lists.',
      additionalProperties: false,
      required: ['enabled'],
      properties: {
        enabled: {
          type: 'boolean',
          default: true,
          description: 'Whether it sends. In one process of a tenant only: the one that has the contact lists.',
        },
      },
    },
    stopSeconds: {
      type: 'integer',
      minimum: 1,
      maximum: 3600,
      default: 25,
      description:
        'Time to stop after SIGTERM, before the process ends anyway, with exit code 1. Below what kills it: 30 seconds by default in Kubernetes.',
    },
  },
};
