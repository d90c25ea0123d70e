/** What a process is to the outside. */
import type { SectionSchema } from '../setting.ts';

export const http: SectionSchema = {
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
};

export const log: SectionSchema = {
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
};
