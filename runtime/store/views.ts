import type { TenantName } from '../../channels/brands.ts';
import { quoteName, quoteText } from './quote.ts';
import { BROADCASTS } from './views/broadcasts.ts';
import { CONVERSATIONS } from './views/conversations.ts';
import { DELIVERIES } from './views/deliveries.ts';
import { DEAD_LETTERS, DEFINITIONS, MARKS, SAMPLES, STEPS } from './views/engine.ts';
import { EVENTS, INPUTS, PROBE_EVENTS } from './views/events.ts';
import { MESSAGES } from './views/messages.ts';
import { PER_MINUTE } from './views/per-minute.ts';
import { REPLIES } from './views/replies.ts';
import { CONFORMANCE } from './views/state-graph/conformance.ts';
import { DWELL, RESPONSE_TIMES } from './views/state-graph/durations.ts';
import { DEFINITION_STATES, DEFINITION_TRANSITIONS } from './views/state-graph/graph.ts';
import { DROP_OFF, FUNNEL } from './views/state-graph/passage.ts';
import { VERSION_COMPARISON } from './views/state-graph/version-comparison.ts';
import { STUCK } from './views/stuck.ts';
import { TIMELINE } from './views/timeline.ts';
import { VISITS } from './views/visits.ts';
import type { Column, View } from './views/view.ts';

/** Database of the views over all tenants. */
export function analystDatabase(database: string): string {
  return `${database}_analysis`;
}

/** `acme-clinic` → `parlance_tenant_acme_clinic`; no two tenants meet, for a tenant's name has no underscore. */
export function tenantDatabase(database: string, tenant: TenantName): string {
  return `${database}_tenant_${tenant.replaceAll('-', '_')}`;
}

/** What a view reads stands before it. */
export const VIEWS: readonly View[] = [
  ...[EVENTS, CONVERSATIONS, MESSAGES, TIMELINE, DELIVERIES, BROADCASTS, PER_MINUTE],
  ...[VISITS, REPLIES, DEFINITION_STATES, DEFINITION_TRANSITIONS, FUNNEL, DROP_OFF, DWELL, RESPONSE_TIMES],
  ...[VERSION_COMPARISON, CONFORMANCE, STUCK],
  ...[STEPS, INPUTS, DEFINITIONS, DEAD_LETTERS, MARKS, SAMPLES, PROBE_EVENTS],
];

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
  const from = view.from({ tables: database, views: analystDatabase(database) });
  return `SELECT ${selected.join(', ')} FROM ${from}`;
}

function createView(database: string, view: View, columns: readonly Column[], select: string): string {
  const declared = columns.map(([name, type, about]) => `${quoteName(name)} ${type} COMMENT ${quoteText(about)}`);
  return `CREATE OR REPLACE VIEW ${quoteName(database)}.${quoteName(view.name)} (${declared.join(', ')}) AS ${select} COMMENT ${quoteText(view.about)}`;
}
