/**
 * What a connector is given and what it returns. A connector is a gateway between events and the outside world; it
 * knows neither the broker nor the engine. Lifetimes: the host creates it, calls `start()` once, then delivers
 * requests; `stop()` lets deliveries in flight finish and is called last, also where `start()` was never reached.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { ContactKey, EventId, TenantName } from '../channels/brands.ts';
import type { CatalogueEvent, EventOf, EventType } from '../channels/generated/events.ts';

/** An event as a connector states it; the host adds id (if none), source, sequence, time and the routing key. */
export interface ConnectorEvent {
  readonly type: string;
  readonly data: unknown;
  /** Whom it concerns; also the routing key. */
  readonly contact: ContactKey;
  /** Given where the outside world has an id of its own, so that a retry repeats it. */
  readonly id?: EventId;
  readonly causationid?: EventId;
  readonly correlationid?: string;
}

export interface ConnectorHost {
  readonly tenant: TenantName;
  /** Resolves once the event is durable on its channel. Rejects with a ParlanceError: tell the sender to try again. */
  publish(channel: 'messaging' | 'contacts' | 'data' | 'broadcasts', event: ConnectorEvent): Promise<void>;
  /** A folder of the connector's own, kept over restarts. */
  readonly dataFolder: string;
  readonly now: () => number;
  readonly log: ConnectorLog;
}

export interface ConnectorLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface HttpRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /**
   * Path below the prefix that the server mounts it under, e.g. `/chat/`; with a scope, below `/v1/tenants/TENANT`. A
   * segment that begins with a colon takes any one segment: `/handoffs/:conversation`.
   */
  readonly path: string;
  /** The server lets through only requests with a key that has this scope. Absent: everybody's requests. */
  readonly scope?:
    | 'handoffs:answer'
    | 'messages:read'
    | 'messages:write'
    | 'broadcasts:send'
    | 'definitions:publish'
    | 'operations:write'
    | 'sql:read';
  /** Largest body. Default: 1 MiB. */
  readonly maxBodyBytes?: number;
  handle(request: HttpRouteRequest): Promise<HttpRouteResponse> | HttpRouteResponse;
}

export interface HttpRouteRequest {
  /** Names in lower case, as node:http gives them. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  /** What stands for the path's segments with a colon, decoded, by their names. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface HttpRouteResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream is answered as it comes. */
  readonly body: string | Buffer | Readable;
}

/** Takes over an HTTP upgrade (a WebSocket) on exactly `path`: from then on the socket is the connector's to answer and end. */
export interface UpgradeRoute {
  readonly path: string;
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** A message to hand over; its `id` is the idempotency key. */
export type MessageRequest = EventOf<'message.requested'>;

/** A channel that a connector follows, beside the messages that it delivers. One per channel. */
export interface Follow {
  readonly channel: 'messaging' | 'conversations' | 'contacts' | 'data';
  readonly types: readonly EventType[];
  /** Events of one lane are taken one after another, of different lanes beside each other. Default: the contact. */
  readonly lane?: (event: CatalogueEvent) => string;
  /**
   * Whether the host keeps on its disk which events are done, and does not offer those again. Where not, only the
   * broker's cursor tells: a few come again after a restart, and taking them must change nothing.
   */
  readonly remembered: boolean;
  /**
   * One event. Resolves once its effect is durable. Rejecting means: again later; what rejects too often is put on the
   * dead letter topic. Once `stopping` is aborted, rejecting soon is right: the event comes again after the restart.
   */
  take(event: CatalogueEvent, stopping: AbortSignal): Promise<void>;
}

/** What every connector has. By itself: a connector that delivers no messages. */
export interface Gateway {
  readonly name: string;
  readonly routes: readonly HttpRoute[];
  readonly upgrades: readonly UpgradeRoute[];
  readonly follows?: readonly Follow[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface Connector extends Gateway {
  /** `name` is also the value of `connector` in messaging events: `webchat`, `sms`, `email`. */
  readonly name: string;
  /** Address schemes it delivers to: `webchat`, `tel`, `mailto`. */
  readonly schemes: readonly string[];
  /**
   * One `message.requested`. Resolves once it is durably handed over and `message.sent` (or `message.failed`) is
   * published; the host then acknowledges. Rejecting means: deliver again later. May be called again with the same
   * event; the event's id is the idempotency key.
   */
  deliver(request: EventOf<'message.requested'>): Promise<void>;
}
