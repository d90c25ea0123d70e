/** One tab's connection: who may open it, and what its frames do. */
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Address } from '../../channels/brands.ts';
import { FRAME_BURST, FRAMES_PER_SECOND, MAX_FRAME_BYTES, MAX_SOCKETS, MAX_SOCKETS_PER_SESSION } from './limits.ts';
import { CLOSE_CODES, parseFrame, visible, type ClientFrame } from './protocol.ts';
import { Rate } from './rate.ts';
import { sendFrame, type Room } from './room.ts';
import { addressOf, originAllowed, tokenIn } from './session.ts';
import { accept, read, receive, type Talk } from './talk.ts';

export class Sockets {
  readonly #talk: Talk;
  readonly #allowedOrigins: readonly string[];
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    clientTracking: true,
  });
  /** By session, whether they have greeted or not. */
  readonly #open = new Map<Address, number>();

  constructor(talk: Talk, allowedOrigins: readonly string[]) {
    this.#talk = talk;
    this.#allowedOrigins = allowedOrigins;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!originAllowed(request.headers, this.#allowedOrigins)) {
      refuse(socket, 403);
      return;
    }
    const token = tokenIn(request.headers.cookie);
    const address = token === undefined ? undefined : addressOf(token);
    if (address === undefined || !this.#talk.sessions.has(address)) {
      refuse(socket, 401);
      return;
    }
    if (this.#server.clients.size >= MAX_SOCKETS) {
      refuse(socket, 503);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#listen(webSocket, address);
    });
  }

  beat(): void {
    for (const socket of this.#server.clients) sendFrame(socket, { type: 'beat' });
  }

  close(): void {
    for (const socket of this.#server.clients) socket.close(CLOSE_CODES.goingAway, 'the server stops');
  }

  /** For those that did not answer the close. */
  terminate(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  get size(): number {
    return this.#server.clients.size;
  }

  #listen(socket: WebSocket, address: Address): void {
    const { rooms, sessions, host } = this.#talk;
    // Only from its greeting on: an empty room that is left by somebody else meanwhile is gone.
    let room: Room | undefined;
    const rate = new Rate(FRAME_BURST, FRAMES_PER_SECOND, host.now());
    socket.on('error', (error) => {
      host.log.info({ err: error, address }, 'a chat connection broke');
    });
    const open = this.#open.get(address) ?? 0;
    if (open >= MAX_SOCKETS_PER_SESSION) {
      socket.close(CLOSE_CODES.tooManySockets, 'too many tabs');
      return;
    }
    this.#open.set(address, open + 1);
    socket.on('close', () => {
      this.#closed(address);
      room?.sockets.delete(socket);
      if (room) rooms.leave(room);
    });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (socket.readyState !== socket.OPEN) return;
      if (rate.take(host.now()) > 0) {
        socket.close(CLOSE_CODES.tooFast, 'too many frames');
        return;
      }
      // `ws` gives one Buffer a message unless told otherwise.
      const frame = isBinary ? undefined : parseFrame((data as Buffer).toString('utf8'));
      if (frame?.type === 'hello' && !room) room = this.#welcome(socket, address, frame.after);
      else if (frame && frame.type !== 'hello' && room) this.#handle(socket, room, frame);
      else socket.close(CLOSE_CODES.protocol, 'not understood');
    });
    sessions.touch(address, host.now()).catch((error: unknown) => {
      host.log.warn({ err: error, address }, 'could not note that a chat session is in use');
    });
  }

  #closed(address: Address): void {
    const left = (this.#open.get(address) ?? 0) - 1;
    if (left > 0) this.#open.set(address, left);
    else this.#open.delete(address);
  }

  #handle(socket: WebSocket, room: Room, frame: Exclude<ClientFrame, { type: 'hello' }>): void {
    switch (frame.type) {
      case 'send':
        void this.#accept(socket, room.address, frame);
        break;
      case 'received':
        this.#report(room, receive(this.#talk, room.address, frame.number));
        break;
      case 'read':
        this.#report(room, read(this.#talk, room.address, frame.numbers));
        break;
    }
  }

  #report({ address }: Room, reporting: Promise<void>): void {
    reporting.catch((error: unknown) => {
      const fields = { err: error, address };
      this.#talk.host.log.warn(fields, 'could not report what a person has; the next receipt reports it');
    });
  }

  /** Without a pause between reading the mailbox and joining the room, so that nothing is missed in between. */
  #welcome(socket: WebSocket, address: Address, after: number): Room {
    const { mailboxes, host, rooms } = this.#talk;
    const room = rooms.enter(address);
    const last = mailboxes.last(address);
    const entries = mailboxes.since(address, after > last ? 0 : after, host.now()).map(visible);
    sendFrame(socket, { type: 'welcome', address, last, entries });
    room.sockets.add(socket);
    return room;
  }

  async #accept(socket: WebSocket, address: Address, frame: Extract<ClientFrame, { type: 'send' }>): Promise<void> {
    const outcome = await accept(this.#talk, address, frame);
    if ('code' in outcome) sendFrame(socket, { type: 'refused', id: frame.id, ...outcome });
    // New ones were shown to every tab already; one that was known is the answer to this tab alone.
    else sendFrame(socket, { type: 'entries', entries: [visible(outcome)] });
  }
}

function refuse(socket: Duplex, status: number): void {
  const reason = STATUS_CODES[status] ?? '';
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
