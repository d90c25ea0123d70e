import type { SectionSchema, SettingSchema } from '../setting.ts';

/** More partitions than this cost every worker open topics and buy nothing: a tenant's contacts spread well over 256. */
const MAX_PARTITIONS = 1024;

/** A tenant and its company, whose name leaves room in an SMS for what is said in it. */
const COMPANY = '^[a-z][a-z0-9-]{0,62}=\\S(.{0,28}\\S)?$';

export const defaultTenant: SectionSchema = {
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
};

export const companies: SettingSchema = {
  type: 'array',
  items: { type: 'string', pattern: COMPANY },
  default: [],
  description:
    'What the company of a tenant is called: `demo=Riverside Clinic`. It stands in the answers to HELP, STOP and START, and is the subject of e-mails that have none of their own. A tenant without one is not named there.',
  'x-expected': 'a list of TENANT=NAME, each name of at most 30 characters',
};
