import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** What /metrics shows. The engine, the sink and connectors register theirs in `registry`, all named `parlance_…`. */
export interface Metrics {
  readonly registry: Registry;
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;
  readonly eventsAccepted: Counter<'tenant'>;
}

/** From a durable publish on the same machine to a slow broker. Seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Once a process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'parlance_http_request_duration_seconds',
      help: 'Time from a request to its answer, by route.',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers: [registry],
    }),
    eventsAccepted: new Counter({
      name: 'parlance_http_events_accepted_total',
      help: 'External events answered with 202.',
      labelNames: ['tenant'],
      registers: [registry],
    }),
  };
}
