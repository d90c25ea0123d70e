import type { Driver } from '../scene.ts';

/** What every part of the suite is told. */
export interface PartOptions {
  /** Where a part needs a real Pulsar: `pulsar`, or anything else for its WebSocket API. */
  readonly driver: Driver;
  /** Waiting conversations. */
  readonly size: number;
  /** Of them, deadlines that are due at once. */
  readonly due: number;
  /** Within how long those are due that are not due in the same instant. */
  readonly dueSeconds: number;
  /** Idle ones, on one worker. */
  readonly tenants: number;
  /** Of a tenant, where it matters. */
  readonly partitions: number;
  /** How long nothing happens where that is measured. */
  readonly idleSeconds: number;
  /** How long ten times as much comes as can be done. */
  readonly overloadSeconds: number;
  /** Messages that may wait before the edge refuses more. */
  readonly maxWaiting: number;
  /** Of a measurement under load. */
  readonly seconds: number;
  /** Empty, and the part's own. */
  readonly folder: string;
  readonly progress: (line: string) => void;
}
