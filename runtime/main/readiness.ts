import { ParlanceError } from '../../channels/error.ts';
import type { Broker } from '../broker/port.ts';
import type { ReadinessCheck } from '../http/health-routes.ts';
import type { Store } from '../store/port.ts';
import type { Tenants } from './tenants.ts';

class NotReadyError extends ParlanceError<'engine-not-ready'> {}

/** What must work before people are sent here. */
export function readinessChecks(broker: Broker, store: Store, tenants: Tenants): readonly ReadinessCheck[] {
  return [
    { name: 'broker', check: () => broker.admin.ping() },
    { name: 'store', check: () => store.ping() },
    {
      name: 'engine',
      check: () => {
        const stepping = [...tenants.all.values()].every(({ engine }) => engine?.isReady !== false);
        return tenants.allStarted && stepping
          ? Promise.resolve()
          : Promise.reject(new NotReadyError('engine-not-ready', 'not every partition is stepping yet'));
      },
    },
  ];
}
