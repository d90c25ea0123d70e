/**
 * One connector on one partition of a channel: receives, picks the connector's events, drops repetitions, lets them be
 * brought to the connector, records the completion, acknowledges what is completed without a gap.
 */
import type { EventCodec } from '../../channels/codec.ts';
import { decodeEvent, EVENT_PROPERTIES } from '../../channels/encode.ts';
import { parseSequence } from '../../channels/event.ts';
import { isReplayedEvent, isReplayedMessage } from '../../channels/replayed.ts';
import { isRedrivenFor } from '../events/redriven.ts';
import type { CatalogueEvent } from '../../channels/generated/events.ts';
import type { ConnectorLog } from '../../connectors/port.ts';
import type { Broker, Consumer, Message } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { DeadLetterHandler } from '../events/dead-letters.ts';
import { AckWindow, type Settle } from './ack-window.ts';
import { AppliedMarks, type Completion } from './applied-marks.ts';
import type { AppliedTable } from './applied-table.ts';
import { ContactLanes } from './contact-lanes.ts';
import { FIRST_RECONNECT_MS, MAX_IN_FLIGHT, MAX_WINDOW, MOST_RECONNECT_MS } from './limits.ts';
import { backoff, type StopSignal } from './stop-signal.ts';
import type { Tally } from './tally.ts';

/** What can not be decoded belongs to no contact: it has a lane of its own. */
const UNDECODABLE_LANE = 'undecodable';

/** What a run does with the events that it picks. */
export interface Errand {
  readonly types: ReadonlySet<string>;
  /** Throws where that can not be told. */
  isOurs(event: CatalogueEvent): boolean;
  /** Events of one lane are brought one after another. */
  lane(event: CatalogueEvent): string;
  /** Resolves true once it is settled either way, false where the host stops first. Never rejects. */
  bring(event: CatalogueEvent, message: Message): Promise<boolean>;
  /** What else is to be durable before a settled event is acknowledged. */
  recordSettled?(event: CatalogueEvent): Promise<void>;
}

export interface PartitionRunOptions {
  readonly broker: Broker;
  readonly topic: string;
  readonly partition: number;
  readonly subscription: string;
  readonly errand: Errand;
  /** Where completed events are remembered, under what name; absent where they are not. */
  readonly ledger: { readonly table: AppliedTable; readonly name: string } | undefined;
  readonly tally: Tally;
  readonly clock: Clock;
  readonly signal: StopSignal;
  readonly log: ConnectorLog;
  readonly deadLetter: DeadLetterHandler;
  readonly codec: EventCodec | undefined;
}

/** An event under way, and what is to be settled with it: itself, and it again, e.g. over a new connection. */
interface Underway {
  /** By which it is found. */
  readonly key: string;
  readonly event: CatalogueEvent;
  readonly message: Message;
  readonly sequence: number | undefined;
  readonly settles: Settle[];
}

export class PartitionRun {
  readonly #options: PartitionRunOptions;
  readonly #marks: AppliedMarks;
  readonly #lanes = new ContactLanes(MAX_IN_FLIGHT);
  /** By source and sequence. */
  readonly #underway = new Map<string, Underway>();
  #consumer: Consumer | undefined;
  /** The newest consumer, also while it is only being opened. */
  #opening: Promise<Consumer> | undefined;
  #window: AckWindow | undefined;
  #done: Promise<void> | undefined;

  constructor(options: PartitionRunOptions) {
    this.#options = options;
    const { ledger, partition } = options;
    this.#marks = ledger ? ledger.table.load(ledger.name, partition) : new AppliedMarks();
  }

  /** Resolves once the subscription exists. Rejects with BrokerError where the broker can not be reached. */
  async start(): Promise<void> {
    this.#consumer = await this.#subscribe();
    this.#done = this.#run();
  }

  /** After the signal: lets deliveries under way finish, and their acknowledgements go out. */
  async stop(): Promise<void> {
    await this.#lanes.empty();
    await this.#window?.acknowledged();
    // Left open, it would be given what a successor of this run is to get.
    await this.#opening?.then((consumer) => consumer.close()).catch(() => undefined);
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal, clock, log, subscription, topic } = this.#options;
    for (let failures = 0; !signal.isStopped();) {
      try {
        this.#consumer ??= await this.#subscribe();
        if (failures > 0) log.info({ subscription, topic }, 'the broker is back');
        failures = 0;
        await this.#receive(this.#consumer);
      } catch (error) {
        if (this.#options.signal.isStopped()) return;
        failures++;
        const fields = { err: error, subscription, topic };
        if (failures === 1) log.warn(fields, 'the broker can not be reached; deliveries wait for it');
        await this.#consumer?.close().catch(() => undefined);
        this.#consumer = undefined;
        await signal.pause(clock, backoff(failures, FIRST_RECONNECT_MS, MOST_RECONNECT_MS));
      }
    }
  }

  #subscribe(): Promise<Consumer> {
    const { broker, topic, subscription } = this.#options;
    this.#opening = broker.subscribe({ topic, subscription, type: 'Failover' });
    return this.#opening;
  }

  /** Until the consumer breaks or the host stops. */
  async #receive(consumer: Consumer): Promise<void> {
    const { signal, log, subscription } = this.#options;
    const window = new AckWindow((upTo) =>
      consumer.acknowledgeCumulative(upTo).catch((error: unknown) => {
        // What comes again because of this is dropped by its sequence.
        log.warn({ err: error, subscription }, 'could not acknowledge');
      }),
    );
    this.#window = window;
    while (!signal.isStopped()) {
      const message = await consumer.receive();
      await this.#lanes.room();
      while (window.length >= MAX_WINDOW && !signal.isStopped()) await this.#lanes.change();
      if (this.#options.signal.isStopped()) return;
      this.#take(window, message);
    }
  }

  #take(window: AckWindow, message: Message): void {
    const { errand, codec, subscription } = this.#options;
    const type = message.properties[EVENT_PROPERTIES.type];
    const isOurs = isRedrivenFor(message, subscription) !== false && !isReplayedMessage(message);
    if (type === undefined || !errand.types.has(type) || !isOurs) {
      window.pass(message.id);
      return;
    }
    let event: CatalogueEvent;
    let concernsUs: boolean;
    try {
      // As a rule through the validating edge, so it has the shape of its type.
      event = decodeEvent(message.payload, codec) as CatalogueEvent;
      concernsUs = errand.isOurs(event) && !isReplayedEvent(event);
    } catch (error) {
      const settle = window.add(message.id);
      this.#lanes.run(UNDECODABLE_LANE, () => this.#putAside(message, error, settle));
      return;
    }
    if (concernsUs) this.#takeOurs(window, message, event);
    else window.pass(message.id);
  }

  #takeOurs(window: AckWindow, message: Message, event: CatalogueEvent): void {
    const { ledger, errand, tally, subscription } = this.#options;
    const isRedriven = isRedrivenFor(message, subscription) === true;
    const sequence = ledger && !isRedriven ? parseSequence(event.sequence ?? '') : undefined;
    const standing = sequence === undefined ? 'new' : this.#marks.take(event.source, sequence);
    if (standing !== 'new') tally.duplicatesDropped++;
    if (standing === 'done') {
      window.pass(message.id);
      return;
    }
    const settle = window.add(message.id);
    const key = `${event.source} ${event.sequence ?? message.id}`;
    const underway = this.#underway.get(key);
    if (underway) {
      underway.settles.push(settle);
      return;
    }
    const one: Underway = { key, event, message, sequence, settles: [settle] };
    this.#underway.set(key, one);
    this.#lanes.run(errand.lane(event), () => this.#bring(one));
  }

  async #bring({ key, event, message, sequence, settles }: Underway): Promise<void> {
    const { errand, ledger, clock, partition } = this.#options;
    if (!(await errand.bring(event, message))) return;
    let completion: Completion | undefined;
    const recorded = await this.#persist('could not record a completed delivery', async () => {
      // First, for the completion of another may cover this one.
      await errand.recordSettled?.(event);
      if (!ledger || sequence === undefined) return;
      completion ??= this.#marks.complete(event.source, sequence);
      await ledger.table.complete(ledger.name, partition, event.source, completion, clock.now());
    });
    if (!recorded) return;
    // In one go: what joined it in between would never be settled.
    this.#underway.delete(key);
    for (const settle of settles) settle();
  }

  async #putAside(message: Message, cause: unknown, settle: Settle): Promise<void> {
    const { deadLetter, subscription, log } = this.#options;
    log.error({ err: cause, messageId: message.id, subscription }, 'an event can not be decoded; put aside');
    const kept = await this.#persist('could not put a message aside', () => deadLetter(message, subscription, cause));
    if (kept) settle();
  }

  /** Tries until it succeeds: true; or until the host stops: false, and what was not settled comes again. */
  async #persist(complaint: string, task: () => Promise<void>): Promise<boolean> {
    const { signal, clock, log, subscription } = this.#options;
    for (let failures = 1; ; failures++) {
      try {
        await task();
        return true;
      } catch (error) {
        if (signal.isStopped()) return false;
        log.error({ err: error, subscription }, `${complaint}; tried again`);
        await signal.pause(clock, backoff(failures, FIRST_RECONNECT_MS, MOST_RECONNECT_MS));
      }
    }
  }
}
