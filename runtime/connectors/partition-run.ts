/**
 * One connector on one partition of `messaging`: receives, picks the connector's requests, drops repetitions, lets the
 * courier bring them, records the completion, acknowledges what is completed without a gap.
 */
import type { EventCodec } from '../../channels/codec.ts';
import { decodeEvent, EVENT_PROPERTIES } from '../../channels/encode.ts';
import { parseSequence, type Event } from '../../channels/event.ts';
import type { ConnectorLog, MessageRequest } from '../../connectors/port.ts';
import type { Broker, Consumer, Message } from '../broker/port.ts';
import type { Clock } from '../clock.ts';
import type { DeadLetterHandler } from '../events/dead-letters.ts';
import { AckWindow, type Settle } from './ack-window.ts';
import type { AppliedMarks } from './applied-marks.ts';
import type { AppliedTable } from './applied-table.ts';
import { ContactLanes } from './contact-lanes.ts';
import type { Courier } from './courier.ts';
import { FIRST_RECONNECT_MS, MAX_IN_FLIGHT, MAX_WINDOW, MOST_RECONNECT_MS } from './limits.ts';
import { backoff, type StopSignal } from './stop-signal.ts';
import type { Tally } from './tally.ts';

const REQUEST_TYPE = 'message.requested';

/** What can not be decoded belongs to no contact: it has a lane of its own. */
const UNDECODABLE_LANE = 'undecodable';

export interface PartitionRunOptions {
  readonly broker: Broker;
  readonly topic: string;
  readonly partition: number;
  readonly subscription: string;
  /** Whether requests for the connector of this name are this run's. */
  readonly serves: (connector: string) => boolean;
  /** Nobody serves them: each is remembered, so that a connector added later leaves it alone. */
  readonly unserved: boolean;
  readonly courier: Courier;
  readonly table: AppliedTable;
  readonly tally: Tally;
  readonly clock: Clock;
  readonly signal: StopSignal;
  readonly log: ConnectorLog;
  readonly deadLetter: DeadLetterHandler;
  readonly codec: EventCodec | undefined;
}

/** A request under way, and what is to be settled with it: itself, and it again, e.g. over a new connection. */
interface Underway {
  readonly request: MessageRequest;
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
  #window: AckWindow | undefined;
  #done: Promise<void> | undefined;

  constructor(options: PartitionRunOptions) {
    this.#options = options;
    this.#marks = options.table.load(options.subscription, options.partition);
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
    await this.#consumer?.close().catch(() => undefined);
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
    return broker.subscribe({ topic, subscription, type: 'Failover' });
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
    if (message.properties[EVENT_PROPERTIES.type] !== REQUEST_TYPE) {
      window.pass(message.id);
      return;
    }
    let event: Event;
    try {
      event = decodeEvent(message.payload, this.#options.codec);
    } catch (error) {
      const settle = window.add(message.id);
      this.#lanes.run(UNDECODABLE_LANE, () => this.#putAside(message, error, settle));
      return;
    }
    // Published through the validating edge, so it has the shape of its type.
    const request = event as MessageRequest;
    const isOurs = this.#options.serves(request.data.connector) && !this.#options.table.isUnserved(request.id);
    if (isOurs) this.#takeRequest(window, message, request);
    else window.pass(message.id);
  }

  #takeRequest(window: AckWindow, message: Message, request: MessageRequest): void {
    const sequence = parseSequence(request.sequence ?? '');
    const standing = sequence === undefined ? 'new' : this.#marks.standing(request.source, sequence);
    if (standing !== 'new') this.#options.tally.duplicatesDropped++;
    if (standing === 'done') {
      window.pass(message.id);
      return;
    }
    const settle = window.add(message.id);
    const key = `${request.source} ${request.sequence ?? message.id}`;
    const underway = this.#underway.get(key);
    if (underway) {
      underway.settles.push(settle);
      return;
    }
    if (sequence !== undefined) this.#marks.begin(request.source, sequence);
    const one: Underway = { request, sequence, settles: [settle] };
    this.#underway.set(key, one);
    this.#lanes.run(request.partitionkey ?? request.data.to, () =>
      this.#bring(one).finally(() => this.#underway.delete(key)),
    );
  }

  async #bring({ request, sequence, settles }: Underway): Promise<void> {
    const { courier, table, clock, subscription, partition, unserved } = this.#options;
    if (!(await courier.bring(request))) return;
    const completion = sequence === undefined ? undefined : this.#marks.complete(request.source, sequence);
    const recorded = await this.#persist('could not record a completed delivery', async () => {
      if (unserved) await table.recordUnserved(request.id, clock.now());
      if (completion) await table.complete(subscription, partition, request.source, completion, clock.now());
    });
    if (recorded) for (const settle of settles) settle();
  }

  async #putAside(message: Message, cause: unknown, settle: Settle): Promise<void> {
    const { deadLetter, subscription, log } = this.#options;
    log.error({ err: cause, messageId: message.id, subscription }, 'a message request can not be decoded; put aside');
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
