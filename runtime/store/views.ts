import type { TenantName } from '../../channels/brands.ts';
import { PROBE_CONTACT_PREFIX } from '../../channels/contact-key.ts';
import { quoteName, quoteText } from './quote.ts';

/** Database of the views over all tenants. */
export function analystDatabase(database: string): string {
  return `${database}_analysis`;
}

/** `acme-clinic` → `parlance_tenant_acme_clinic`; no two tenants meet, for a tenant's name has no underscore. */
export function tenantDatabase(database: string, tenant: TenantName): string {
  return `${database}_tenant_${tenant.replaceAll('-', '_')}`;
}

/** Column, type, what it means, and the expression it is computed by. */
type Column = readonly [name: string, type: string, about: string, expression: string];

interface View {
  readonly name: string;
  readonly about: string;
  readonly columns: readonly Column[];
  readonly table: string;
  /** After the table, whose name is `e`. */
  readonly rest?: string;
}

/** Of tests of the running platform: analysts count people. */
const ofProbe = `startsWith(e.subject, ${quoteText(PROBE_CONTACT_PREFIX)})`;

const EVENTS: View = {
  name: 'events',
  about: 'Every event of every channel, one row each.',
  columns: [
    ['tenant', 'String', 'the customer', 'e.tenant'],
    ['time', "DateTime64(3, 'UTC')", 'when it happened', 'e.time'],
    ['type', 'String', 'what happened, e.g. message.received', 'e.type'],
    ['channel', 'String', 'the domain of events: messaging, conversations, …', 'e.channel'],
    ['contact', 'String', 'contact key of the person it is about', 'e.subject'],
    ['conversation', 'String', 'id of the conversation it belongs to', 'e.conversation'],
    ['id', 'String', 'unique per source', 'e.id'],
    ['causation', 'String', 'id of the event that caused it', 'e.causation'],
    ['source', 'String', 'who states it', 'e.source'],
    ['sequence', 'UInt64', 'order within the source', 'e.sequence'],
    ['message', 'String', 'id of the message it is about', 'e.message'],
    ['connector', 'String', 'sms, email, webchat, …', 'e.connector'],
    ['definition', 'String', 'name of the conversation definition, on conversation.started', 'e.definition'],
    ['state', 'String', 'state of the conversation, where the event names one', 'e.state'],
    ['data', 'String', "the event's data as JSON: JSONExtractString(data, 'field')", 'e.data'],
    ['extensions', 'String', 'further attributes as JSON', 'e.extensions'],
    ['partition', 'UInt16', "partition of the channel's topic", 'e.partition'],
    ['position', 'String', "message id in the partition's topic", 'e.position'],
    ['published', "DateTime64(3, 'UTC')", 'when the broker took it', 'e.published'],
  ],
  table: 'events',
  rest: `WHERE NOT ${ofProbe}`,
};

const PROBE_EVENTS: View = {
  ...EVENTS,
  name: 'probe_events',
  about: 'Events of tests and probes of the running platform, which all other views of events leave out.',
  rest: `WHERE ${ofProbe}`,
};

const ended = "'conversation.completed', 'conversation.failed', 'conversation.expired', 'conversation.cancelled'";
const order = '(e.time, e.sequence)';

const machine = `argMaxIf(JSONExtractString(e.data, if(e.type = 'conversation.started', 'machine', 'to')), ${order}, e.type IN ('conversation.started', 'conversation.migrated'))`;

const CONVERSATIONS: View = {
  name: 'conversations',
  about: 'One row a conversation, as it is now.',
  columns: [
    ['tenant', 'String', 'the customer', 'e.tenant'],
    ['conversation', 'String', 'its id', 'e.conversation'],
    ['contact', 'String', 'contact key of the person', "anyIf(e.subject, e.subject != '')"],
    ['definition', 'String', 'name of the definition it runs', "anyIf(e.definition, e.type = 'conversation.started')"],
    ['version', 'String', 'version of the definition that it runs', `substring(${machine}, length('sha256:') + 1, 8)`],
    ['machine', 'String', 'content hash of that version', machine],
    ['connector', 'String', 'what it started on', "anyIf(e.connector, e.type = 'conversation.started')"],
    ['started', "DateTime64(3, 'UTC')", 'when it started', "minIf(e.time, e.type = 'conversation.started')"],
    [
      'ended',
      "Nullable(DateTime64(3, 'UTC'))",
      'when it ended; NULL while it runs',
      `maxOrNullIf(e.time, e.type IN (${ended}))`,
    ],
    [
      'status',
      'String',
      'started, waiting, parked, completed, failed, expired, cancelled, handed-off …',
      `replaceOne(argMaxIf(e.type, ${order}, e.channel = 'conversations' AND e.type != 'conversation.advanced' AND NOT startsWith(e.type, 'conversation.migrat')), 'conversation.', '')`,
    ],
    [
      'outcome',
      'String',
      'how it was completed',
      "argMaxIf(JSONExtractString(e.data, 'outcome'), e.time, e.type = 'conversation.completed')",
    ],
    [
      'state',
      'String',
      'state that it is or was last in',
      `argMaxIf(e.state, ${order}, e.channel = 'conversations' AND e.state != '')`,
    ],
    [
      'messages_in',
      'UInt64',
      'messages from the person that caused something in it',
      "uniqExactIf(e.id, e.type = 'message.received')",
    ],
    ['messages_out', 'UInt64', 'messages that it wanted sent', "uniqExactIf(e.id, e.type = 'message.requested')"],
    ['events', 'UInt64', 'all its events', 'uniqExact(e.id)'],
    ['last_event', "DateTime64(3, 'UTC')", 'time of its newest event', 'max(e.time)'],
  ],
  table: 'events',
  rest: `WHERE e.conversation != '' AND NOT ${ofProbe} GROUP BY e.tenant, e.conversation`,
};

const messageKey = "if(e.type = 'message.received', e.id, e.message)";
const first = (type: string): string => `minOrNullIf(e.time, e.type = 'message.${type}')`;

const MESSAGES: View = {
  name: 'messages',
  about: 'One row a message, in either direction, with what became of it.',
  columns: [
    ['tenant', 'String', 'the customer', 'e.tenant'],
    ['message', 'String', 'id of the message; of an incoming one the id of its event', messageKey],
    ['direction', 'String', 'in or out', "if(countIf(e.type = 'message.received') > 0, 'in', 'out')"],
    ['contact', 'String', 'contact key of the person', "anyIf(e.subject, e.subject != '')"],
    ['conversation', 'String', 'conversation that wanted it sent', "anyIf(e.conversation, e.conversation != '')"],
    ['connector', 'String', 'sms, email, webchat, …', "anyIf(e.connector, e.connector != '')"],
    [
      'address',
      'String',
      'who wrote, or whom it goes to',
      "anyIf(JSONExtractString(e.data, if(e.type = 'message.received', 'from', 'to')), e.type IN ('message.received', 'message.requested'))",
    ],
    [
      'text',
      'String',
      'what it says',
      "anyIf(JSONExtractString(e.data, 'text'), e.type IN ('message.received', 'message.requested'))",
    ],
    ['received', "Nullable(DateTime64(3, 'UTC'))", 'when it came in', first('received')],
    ['requested', "Nullable(DateTime64(3, 'UTC'))", 'when a conversation wanted it sent', first('requested')],
    ['sent', "Nullable(DateTime64(3, 'UTC'))", 'when the provider took it', first('sent')],
    ['delivered', "Nullable(DateTime64(3, 'UTC'))", 'when it reached the person', first('delivered')],
    ['read', "Nullable(DateTime64(3, 'UTC'))", 'when the person saw it', first('read')],
    ['failed', "Nullable(DateTime64(3, 'UTC'))", 'when it failed', first('failed')],
    ['blocked', "Nullable(DateTime64(3, 'UTC'))", 'when a rule forbade it', first('blocked')],
    ['code', 'String', 'why it failed', "anyIf(JSONExtractString(e.data, 'code'), e.type = 'message.failed')"],
  ],
  table: 'events',
  rest: `WHERE startsWith(e.type, 'message.') AND NOT ${ofProbe} GROUP BY e.tenant, ${messageKey}`,
};

const STEPS: View = {
  name: 'steps',
  about: "The engine's journal, one row a step: what was applied, in which order, at which moment.",
  columns: [
    ['tenant', 'String', 'the customer', 'e.tenant'],
    ['partition', 'UInt16', 'slice of the contacts', 'e.partition'],
    ['epoch', 'UInt64', "the owner's reign", 'e.epoch'],
    ['sequence', 'UInt64', 'order within the partition', 'e.sequence'],
    ['kind', 'String', 'step, or barrier: a new owner', 'toString(e.kind)'],
    ['now', "DateTime64(3, 'UTC')", 'the moment that the step saw', 'e.now'],
    ['input', 'String', 'id of the event or timer applied', 'e.input'],
    ['input_type', 'String', 'its type', 'e.input_type'],
    ['contact', 'String', 'contact key', 'e.contact'],
    ['conversations', 'Array(String)', 'conversations that its events are about', 'e.conversations'],
    ['outputs', 'Array(String)', 'ids of the events it gave, in order', 'e.outputs'],
    ['state_hash', 'String', 'SHA-256 of the new state', 'e.state_hash'],
  ],
  table: 'steps',
};

const DEAD_LETTERS: View = {
  name: 'dead_letters',
  about: 'Messages on the channels that are no events.',
  columns: [
    ['tenant', 'String', 'the customer', 'e.tenant'],
    ['published', "DateTime64(3, 'UTC')", 'when the broker took it', 'e.published'],
    ['topic', 'String', 'full partition topic', 'e.topic'],
    ['position', 'String', 'message id', 'e.position'],
    ['reason', 'String', 'why it is no event', 'e.reason'],
    ['properties', 'Map(String, String)', 'its message properties', 'e.properties'],
    ['payload', 'String', 'its bytes', 'e.payload'],
  ],
  table: 'dead_letters',
};

const MARKS: View = {
  name: 'marks',
  about: 'How far each topic has been stored.',
  columns: [
    ['tenant', 'String', 'the customer', 'e.tenant'],
    ['topic', 'String', 'full partition topic', 'e.topic'],
    ['position', 'String', 'stored up to and including this message', 'argMax(e.position, e.batch)'],
    ['batch', 'UInt64', 'number of the batch', 'max(e.batch)'],
  ],
  table: 'marks',
  rest: `GROUP BY e.tenant, e.topic`,
};

export const VIEWS: readonly View[] = [EVENTS, CONVERSATIONS, MESSAGES, STEPS, DEAD_LETTERS, MARKS, PROBE_EVENTS];

export function analystViews(database: string): readonly string[] {
  return [
    `CREATE DATABASE IF NOT EXISTS ${analystDatabase(database)}`,
    ...VIEWS.map((view) => createView(analystDatabase(database), view, view.columns, selectOf(database, view))),
  ];
}

/** The same views under the tenant's own database, held to the tenant's rows. */
export function tenantViews(database: string, tenant: TenantName): readonly string[] {
  const own = tenantDatabase(database, tenant);
  return [
    `CREATE DATABASE IF NOT EXISTS ${quoteName(own)}`,
    ...VIEWS.map((view) => {
      const columns = view.columns.filter(([name]) => name !== 'tenant');
      const names = columns.map(([name]) => quoteName(name)).join(', ');
      const select = `SELECT ${names} FROM ${analystDatabase(database)}.${view.name} WHERE tenant = ${quoteText(tenant)}`;
      return createView(own, view, columns, select);
    }),
  ];
}

function selectOf(database: string, view: View): string {
  // Table columns are written `e.name`: a bare name would mean the output column that is called so.
  const selected = view.columns.map(([name, , , expression]) => `${expression} AS ${quoteName(name)}`);
  return `SELECT ${selected.join(', ')} FROM ${database}.${view.table} AS e ${view.rest ?? ''}`;
}

function createView(database: string, view: View, columns: readonly Column[], select: string): string {
  const declared = columns.map(([name, type, about]) => `${quoteName(name)} ${type} COMMENT ${quoteText(about)}`);
  return `CREATE OR REPLACE VIEW ${quoteName(database)}.${quoteName(view.name)} (${declared.join(', ')}) AS ${select} COMMENT ${quoteText(view.about)}`;
}
