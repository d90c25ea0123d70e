import type { SectionSchema } from '../setting.ts';

export const probe: SectionSchema = {
  type: 'object',
  description:
    'Scenarios that a process with the role `edge` plays again and again on the running platform, with people who do not exist.',
  additionalProperties: false,
  required: ['scenarios', 'intervalSeconds', 'timeoutSeconds', 'timePasses'],
  properties: {
    scenarios: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      default: [],
      description:
        'Files and folders of scenarios (`*.test.yaml`), each beside its definition, of the default tenant. None: nothing is probed.',
      'x-expected': 'a list of files and folders',
    },
    intervalSeconds: {
      type: 'integer',
      minimum: 10,
      maximum: 86_400,
      default: 300,
      description: 'From one run of all scenarios to the next, a tenth more or less.',
    },
    timeoutSeconds: {
      type: 'integer',
      minimum: 1,
      maximum: 600,
      default: 30,
      description: 'How long an expectation is waited for.',
    },
    timePasses: {
      type: 'boolean',
      default: false,
      description:
        'Whether tests may let time pass at once for people who do not exist: then `parlance expect` plays what takes days. The probe itself never does.',
    },
    url: {
      type: 'string',
      pattern: '^https?://',
      description: 'Where the platform is asked, best as people reach it. Without it, this process itself.',
      'x-expected': 'an address such as https://parlance.example.org',
    },
    key: {
      type: 'string',
      minLength: 1,
      writeOnly: true,
      description:
        'Key with the scopes `events:write`, `messages:write` and `sql:read`. Needed once the tenant has any.',
    },
  },
};
