import type { SectionSchema } from '../setting.ts';

/** With its envelope it must fit into an event of 256 KiB. */
const MAX_RESPONSE_BYTES = 245_760;

/** As browsers send it: lower case, no path, no default port. Anything else would never match. */
const ORIGIN = '^(https://(?!.*:443$)|http://(?!.*:80$))([a-z0-9.-]+|\\[[0-9a-f:]+\\])(:[0-9]{1,5})?$';

export const webchat: SectionSchema = {
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
};

export const recording: SectionSchema = {
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
};

export const fetch: SectionSchema = {
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
};

export const handoff: SectionSchema = {
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
};

export const baseline: SectionSchema = {
  type: 'object',
  description:
    'Learns from the stored stream what is usual, and states `baseline.departed` where it is not so. In processes with the role `sink`.',
  additionalProperties: false,
  required: ['enabled'],
  properties: {
    enabled: { type: 'boolean', default: true, description: 'Whether the stream is sampled and judged.' },
  },
};

export const schedules: SectionSchema = {
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
};
