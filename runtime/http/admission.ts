import type { TenantName } from '../../channels/brands.ts';
import { MAX_BYTES_IN_FLIGHT, MAX_REQUESTS_IN_FLIGHT_PER_TENANT } from './limits.ts';
import { HttpError, RETRY_AFTER } from './problem.ts';

/** Bounds what is under way; publication slows down, the edge sheds. */
export interface Admission {
  /** Throws 429 or 503; the returned function gives the place back. */
  enter(tenant: TenantName, bytes: number): () => void;
}

export function createAdmission(
  maxRequestsPerTenant: number = MAX_REQUESTS_IN_FLIGHT_PER_TENANT,
  maxBytes: number = MAX_BYTES_IN_FLIGHT,
): Admission {
  const requests = new Map<TenantName, number>();
  let bytesInFlight = 0;
  return {
    enter(tenant, bytes) {
      const before = requests.get(tenant) ?? 0;
      if (before >= maxRequestsPerTenant) {
        throw new HttpError(
          'too-many-requests',
          `${before.toString()} requests of tenant "${tenant}" are under way: wait for their answers, or send batches`,
          { headers: RETRY_AFTER },
        );
      }
      if (bytesInFlight + bytes > maxBytes) {
        throw new HttpError('unavailable', 'too much is waiting to be stored: send it again', { headers: RETRY_AFTER });
      }
      requests.set(tenant, before + 1);
      bytesInFlight += bytes;
      return () => {
        bytesInFlight -= bytes;
        const left = (requests.get(tenant) ?? 1) - 1;
        if (left === 0) requests.delete(tenant);
        else requests.set(tenant, left);
      };
    },
  };
}
