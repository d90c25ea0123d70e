import type { ContactKey, EventId, Millis } from '../../../channels/brands.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { contactKeyOf } from '../../../channels/contact-key.ts';
import type { Event } from '../../../channels/event.ts';
import { partitionOf } from '../../../channels/partition.ts';
import type { KeptState } from '../../../dsl/correlation.ts';
import { machinesOf } from '../../../dsl/machines.ts';
import { step } from '../../../dsl/step/step.ts';
import { contactLogic } from '../../../runtime/engine/contact-logic.ts';
import type { LoopLogic } from '../../../runtime/engine/loop-logic.ts';
import { StateStore, type Checkpoint } from '../../../runtime/engine/state-store.ts';
import { benchMachine, WORD } from '../definition.ts';
import { addressOf } from '../address.ts';

/** How long the bench's own definition waits for a reply. */
export const REPLY_WITHIN_MS = 86_400_000;

/** Contacts written in one transaction: about what a busy worker commits at once. */
const BATCH = 2_000;

export function nameOf(at: number): string {
  return `waiting-${at.toString()}`;
}

export interface Crowd {
  readonly count: number;
  /** When the question of each was sent: it waits for a reply from then on. */
  readonly askedAt: (at: number) => number;
}

/**
 * Makes conversations that wait for a reply, each with its deadline, by the real step function, and writes them into
 * the stores of a tenant whose engine has run and is closed. Publishing a message for each would take as long as a
 * million steps; what is measured afterwards does not depend on how they came here.
 */
export async function writeCrowd(folders: readonly string[], { count, askedAt }: Crowd): Promise<void> {
  const machines = { current: machinesOf([benchMachine()]), ready: () => undefined };
  const logic = contactLogic({ step, machines });
  const writers = folders.map((folder) => new CrowdWriter(folder));
  try {
    for (let at = 0; at < count; at++) {
      const { key, state } = waiting(logic, at, askedAt(at) as Millis);
      await writers[partitionOf(key, folders.length)]?.write(key, state);
    }
  } finally {
    for (const writer of writers) await writer.close();
  }
}

class CrowdWriter {
  readonly #store: StateStore;
  readonly #checkpoint: Checkpoint;

  constructor(folder: string) {
    this.#store = new StateStore(folder, PLAIN_CODEC);
    const checkpoint = this.#store.checkpoint();
    if (!checkpoint) throw new Error(`${folder} holds no partition that has been run`);
    this.#checkpoint = checkpoint;
  }

  async write(key: ContactKey, state: KeptState | undefined): Promise<void> {
    this.#store.commit(key, state, this.#checkpoint.applied.sequence);
    if (this.#store.unwritten === BATCH) await this.#store.flush(this.#checkpoint);
  }

  async close(): Promise<void> {
    await this.#store.flush(this.#checkpoint);
    await this.#store.close();
  }
}

function waiting(logic: LoopLogic, at: number, now: Millis): { key: ContactKey; state: KeptState | undefined } {
  const address = addressOf(nameOf(at));
  const key = contactKeyOf(address);
  const event = (type: string, data: object): Event => ({
    specversion: '1.0',
    id: `crowd/${at.toString()}/${type}` as EventId,
    source: '/bench/crowd',
    type,
    subject: key,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    data,
  });
  const said = { connector: 'email', from: address, text: WORD, providerId: `crowd-${at.toString()}` };
  const asked = logic.onEvent(event('message.received', said), undefined, now);
  const request = asked.emissions.find(({ type }) => type === 'message.requested');
  const { message } = request?.data as { message: string };
  const sent = { message, connector: 'email', to: address };
  return { key, state: logic.onEvent(event('message.sent', sent), asked.state, now).state };
}
