/**
 * The open tabs of one person, and the order in which things happen to that person: a message accepted, one delivered,
 * a receipt each wait for the one before, so that numbers, events and what the tabs see agree.
 */
import type { WebSocket } from 'ws';
import type { Address } from '../../channels/brands.ts';
import { CLOSE_CODES, visible, type ServerFrame } from './protocol.ts';
import { MAX_UNREAD_BYTES, MESSAGE_BURST, MESSAGES_PER_SECOND } from './limits.ts';
import type { Entry } from './mailbox.ts';
import { Rate } from './rate.ts';

export class Room {
  readonly address: Address;
  readonly sockets: Set<WebSocket> = new Set();
  readonly messageRate: Rate;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(address: Address, nowMs: number) {
    this.address = address;
    this.messageRate = new Rate(MESSAGE_BURST, MESSAGES_PER_SECOND, nowMs);
  }

  /** Nobody is here and nothing is under way. */
  get idle(): boolean {
    return this.sockets.size === 0 && this.#waiting === 0;
  }

  inOrder<Result>(task: () => Promise<Result>): Promise<Result> {
    this.#waiting++;
    const result = this.#tail.then(task).finally(() => this.#waiting--);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  show(entries: readonly Entry[]): void {
    for (const socket of this.sockets) sendFrame(socket, { type: 'entries', entries: entries.map(visible) });
  }
}

/** A browser that does not read is cut off: it reads the rest from its mailbox when it is back. */
export function sendFrame(socket: WebSocket, frame: ServerFrame): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.close(CLOSE_CODES.slow, 'reads too slowly');
  else socket.send(JSON.stringify(frame));
}

export class Rooms {
  readonly #rooms = new Map<Address, Room>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Runs `task` after everything that was begun for the same person before. */
  async inOrder<Result>(address: Address, task: (room: Room) => Promise<Result>): Promise<Result> {
    const room = this.enter(address);
    try {
      return await room.inOrder(() => task(room));
    } finally {
      this.leave(room);
    }
  }

  enter(address: Address): Room {
    const room = this.#rooms.get(address) ?? new Room(address, this.#now());
    this.#rooms.set(address, room);
    return room;
  }

  /** A room whose message rate is not yet full again stays, lest coming back were a way around it: see `sweep`. */
  leave(room: Room): void {
    if (room.idle && room.messageRate.isFull(this.#now())) this.#rooms.delete(room.address);
  }

  sweep(): void {
    for (const room of this.#rooms.values()) this.leave(room);
  }

  all(): readonly Room[] {
    return [...this.#rooms.values()];
  }
}
