import type { Database } from 'lmdb';
import type { BroadcastDatabase } from '../broadcasts/database.ts';

/** How far the schedules of a tenant have been looked at. */
export interface Marks {
  /** Every occurrence of those known that was due by then has become a broadcast. */
  readonly checkedUpToMs: number;
  /** Keys of schedules that were in force then: others count from when they are first seen. */
  readonly known: readonly string[];
}

/** Marks on disk. */
export class ScheduleMarks {
  readonly #marks: Database<Marks, string>;

  constructor(database: BroadcastDatabase) {
    this.#marks = database.openDB({ name: 'schedules', encoding: 'json' });
  }

  get(): Marks | undefined {
    return this.#marks.get('marks');
  }

  /** Resolves once it is durable. */
  async put(marks: Marks): Promise<void> {
    await this.#marks.put('marks', marks);
  }
}
