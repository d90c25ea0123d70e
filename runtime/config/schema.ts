import { baseline, fetch, handoff, recording, schedules, webchat } from './sections/connectors.ts';
import { probe } from './sections/probe.ts';
import { http, log } from './sections/process.ts';
import { broker, store } from './sections/services.ts';
import { companies, defaultTenant } from './sections/tenants.ts';
import type { ConfigurationSchema } from './setting.ts';

/**
 * The one configuration schema: file keys, environment variables, defaults, documentation and the TypeScript type
 * (configuration.ts) all come from it.
 */
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
    'baseline',
    'probe',
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
    broker,
    store,
    http,
    defaultTenant,
    companies,
    log,
    webchat,
    recording,
    fetch,
    handoff,
    schedules,
    baseline,
    probe,
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
