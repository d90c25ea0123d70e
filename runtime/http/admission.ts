import type { TenantName } from '../../channels/brands.ts';
import { MAX_BYTES_IN_FLIGHT, MAX_EVENTS_IN_FLIGHT_PER_TENANT, MAX_REQUESTS_IN_FLIGHT_PER_TENANT } from './limits.ts';
import { HttpError, RETRY_AFTER } from './problem.ts';

/** Bounds what is under way; publication slows down, the edge sheds. */
export interface Admission {
  /** Throws 429 or 503. */
  enter(tenant: TenantName, bytes: number): Place;
}

/** Of a request that was let in. */
export interface Place {
  /** So many events of it are on their way to the broker. Throws 429 where those before are too many already. */
  carry(events: number): void;
  /** Gives the place back. */
  leave(): void;
}

interface UnderWay {
  requests: number;
  events: number;
}

export interface AdmissionLimits {
  /** Of a tenant. */
  readonly requests?: number;
  /** Of a tenant. The last request may carry more than is left. */
  readonly events?: number;
  /** Of all tenants. */
  readonly bytes?: number;
}

export function createAdmission({
  requests: maxRequests = MAX_REQUESTS_IN_FLIGHT_PER_TENANT,
  events: maxEvents = MAX_EVENTS_IN_FLIGHT_PER_TENANT,
  bytes: maxBytes = MAX_BYTES_IN_FLIGHT,
}: AdmissionLimits = {}): Admission {
  const tenants = new Map<TenantName, UnderWay>();
  let bytesInFlight = 0;
  return {
    enter(tenant, bytes) {
      const underWay = tenants.get(tenant) ?? { requests: 0, events: 0 };
      // Before its body is read; how many events it has is known after.
      if (underWay.requests >= maxRequests || underWay.events >= maxEvents) throw crowded(tenant, underWay);
      if (bytesInFlight + bytes > maxBytes) {
        throw new HttpError('unavailable', 'too much is waiting to be stored: send it again', { headers: RETRY_AFTER });
      }
      tenants.set(tenant, underWay);
      underWay.requests += 1;
      bytesInFlight += bytes;
      let carried = 0;
      return {
        carry(events) {
          if (underWay.events >= maxEvents) throw crowded(tenant, underWay);
          carried += events;
          underWay.events += events;
        },
        leave() {
          bytesInFlight -= bytes;
          underWay.requests -= 1;
          underWay.events -= carried;
          if (underWay.requests === 0) tenants.delete(tenant);
        },
      };
    },
  };
}

function crowded(tenant: TenantName, { requests, events }: UnderWay): HttpError {
  return new HttpError(
    'too-many-requests',
    `${requests} requests of tenant "${tenant}" with ${events} events are under way: wait for their answers`,
    { headers: RETRY_AFTER },
  );
}
