import type { Context } from 'koa';
import type { Counter } from 'prom-client';
import type { TenantName } from '../../channels/brands.ts';
import type { Event } from '../../channels/event.ts';
import type { RegisteredSchemas } from '../../channels/registered-schemas.ts';
import { MAX_EVENT_BYTES } from '../../channels/validate.ts';
import type { LoadShedder } from '../load-shedding/load-shedder.ts';
import type { Admission } from './admission.ts';
import { announcedBytes, readBody } from './body.ts';
import { readEvents } from './cloud-events.ts';
import { MAX_BATCH_BYTES } from './limits.ts';
import { contentModeOf } from './media-type.ts';
import { tenantGrowing } from './problem.ts';
import { enterTenant, type TenantAccess } from './tenant.ts';

/** Where accepted events go. */
export interface ExternalPublisher {
  /**
   * Resolves once every event is durable on the tenant's channel `external`. All of them were checked before. Rejects
   * with BrokerError: some may be stored, so the client sends all of them again, with their ids.
   */
  publishExternal(tenant: TenantName, events: readonly Event[]): Promise<void>;
}

export interface EventsRouteOptions extends TenantAccess {
  readonly publisher: ExternalPublisher;
  readonly registered: ((tenant: TenantName) => RegisteredSchemas | undefined) | undefined;
  readonly admission: Admission;
  /** Default: however much waits, more is taken. */
  readonly loadShedder: Pick<LoadShedder, 'check'> | undefined;
  readonly accepted: Counter<'tenant'>;
  readonly now: () => number;
}

/**
 * POST /v1/tenants/{tenant}/channels/external/events: the CloudEvents HTTP binding. 202 means that every event of the
 * request is on disk; any other answer is a problem document and, but for 503, means that none is.
 */
export async function postEvents(
  options: EventsRouteOptions,
  context: Context,
  name: string | undefined,
): Promise<void> {
  const tenant = await enterTenant(options, context.req, name, 'events:write');
  if (options.tenants.isHeld?.(tenant) === true) throw tenantGrowing(tenant);
  options.loadShedder?.check(tenant);
  const { headers } = context.req;
  const mode = contentModeOf(headers);
  const maxBytes = mode === 'batch' ? MAX_BATCH_BYTES : MAX_EVENT_BYTES;
  const place = options.admission.enter(tenant, announcedBytes(context.req, maxBytes));
  try {
    const body = await readBody(context.req, maxBytes);
    const events = readEvents({ mode, headers, body }, options.now(), options.registered?.(tenant));
    place.carry(events.length);
    await options.publisher.publishExternal(tenant, events);
    options.accepted.inc({ tenant }, events.length);
    context.status = 202;
    context.body = { accepted: events.map(({ source, id }) => ({ source, id })) };
  } finally {
    place.leave();
  }
}
