import type { Store } from '../../runtime/store/port.ts';

export interface StoreCount {
  readonly steps: number;
  readonly events: number;
  /** From the end of the load until everything was stored. */
  readonly catchUpMs: number;
  readonly discrepancies: readonly string[];
}

export interface StoreExpectation {
  /** Of the ids of the inputs that are counted. */
  readonly idPrefix: string;
  /** In the journal. */
  readonly steps: number;
  /** Events that these steps gave. */
  readonly outputs: number;
  readonly catchUpMs: number;
}

/** Holds the store's rows against the journal. */
export async function compareStore(store: Store, expected: StoreExpectation): Promise<StoreCount> {
  const count = async (table: string, column: string): Promise<number> => {
    const from = `${store.database}.${table}`;
    const [row] = await store.query(`SELECT count() AS n FROM ${from} WHERE startsWith(${column}, {prefix:String})`, {
      prefix: expected.idPrefix,
    });
    return Number(row?.['n']);
  };
  const steps = await count('steps', 'input');
  const events = await count('events', 'causation');
  const discrepancies: string[] = [];
  if (steps !== expected.steps) discrepancies.push(`steps: ${steps} in the store, ${expected.steps} in the journal`);
  if (events !== expected.outputs) {
    discrepancies.push(`events: ${events} in the store, ${expected.outputs} in the journal`);
  }
  return { steps, events, catchUpMs: expected.catchUpMs, discrepancies };
}
