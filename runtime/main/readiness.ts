import { ParlanceError } from '../../channels/error.ts';
import type { Broker } from '../broker/port.ts';
import type { ReadinessCheck } from '../http/health-routes.ts';
import type { Store } from '../store/port.ts';
import type { Roles } from './roles.ts';
import type { Tenants } from './tenants.ts';

class NotReadyError extends ParlanceError<'engine-not-ready'> {}

interface Depended {
  readonly broker: Broker;
  readonly store: Store;
  readonly roles: Roles;
  readonly tenants: Tenants;
}

/** What must work before people are sent here. Conversations go on without the store. */
export function readinessChecks({ broker, store, roles, tenants }: Depended): readonly ReadinessCheck[] {
  const storeCheck = { name: 'store', check: () => store.ping() };
  return [
    { name: 'broker', check: () => broker.admin.ping() },
    ...(roles.edge || roles.sink ? [storeCheck] : []),
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
