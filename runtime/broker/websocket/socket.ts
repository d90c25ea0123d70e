import type { IncomingMessage } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import WebSocket from 'ws';
import { BrokerError, type BrokerErrorCode } from '../errors.ts';

export interface SocketOptions {
  readonly url: URL;
  readonly token: string | undefined;
  /** What HTTP 409 means here: another holds the producer's name, or the subscription. */
  readonly conflict: 'producer-busy' | 'consumer-busy';
  readonly onText: (text: string) => void;
  /** Called once, unless `close` was called: the connection is gone, for the reason given. */
  readonly onLost: (error: BrokerError) => void;
}

/** The broker closes a connection on which nothing came for 300 s (webSocketSessionIdleTimeoutMillis). */
const PING_INTERVAL_MS = 60_000;

/** Opening waits for a topic to load; a broker that is busy starting takes a while. */
const OPEN_TIMEOUT_MS = 30_000;

/** For the closing handshake, after which the connection is cut. */
const CLOSE_TIMEOUT_MS = 5_000;

/** WebSocket close code 1009: the frame was larger than the broker's webSocketMaxTextFrameSize. */
const TOO_BIG = 1009;

/** A single connection, open when `openSocket` resolves. Never reconnects: whoever owns it opens another. */
export class Socket {
  readonly #socket: WebSocket;
  readonly #tcp: TcpSocket;
  #corked = false;
  #closing: Promise<void> | undefined;

  constructor(socket: WebSocket, tcp: TcpSocket, { url, onText, onLost }: SocketOptions) {
    this.#socket = socket;
    this.#tcp = tcp;
    let answered = true;
    socket.on('pong', () => (answered = true));
    const ping = setInterval(() => {
      // A peer that vanished without a word is noticed here; `close` follows.
      if (!answered) socket.terminate();
      else socket.ping();
      answered = false;
    }, PING_INTERVAL_MS);
    ping.unref();
    let reason = 'the connection was closed';
    socket.on('message', (data) => {
      onText((data as Buffer).toString('utf8'));
    });
    // `close` always follows, and is where the loss is told.
    socket.on('error', (error) => (reason = error.message));
    socket.on('close', (closeCode, said) => {
      clearInterval(ping);
      if (this.#closing) return;
      const why = `${said.length > 0 ? said.toString() : reason} (${closeCode.toString()})`;
      const code: BrokerErrorCode = closeCode === TOO_BIG ? 'message-too-large' : 'broker-disconnected';
      onLost(new BrokerError(code, `lost ${url.origin}${url.pathname}: ${why}`));
    });
  }

  /** Sends one text frame, in order. What is sent to a lost connection goes nowhere: see `onLost`. */
  send(text: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (!this.#corked) {
      // All that is sent in one turn of the event loop, whichever connections caused it, goes to the system in one call,
      // and to the broker in one piece.
      this.#corked = true;
      this.#tcp.cork();
      setImmediate(() => {
        this.#corked = false;
        this.#tcp.uncork();
      });
    }
    this.#socket.send(text);
  }

  /** Resolves when the connection is closed on both sides, everything sent before having been read there. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      if (this.#socket.readyState === WebSocket.CLOSED) {
        resolve();
        return;
      }
      const cut = setTimeout(() => {
        this.#socket.terminate();
      }, CLOSE_TIMEOUT_MS);
      this.#socket.once('close', () => {
        clearTimeout(cut);
        resolve();
      });
      this.#socket.close();
    });
    return this.#closing;
  }

  /** Cuts the connection: nothing that still waits here is sent. */
  abort(): void {
    this.#closing ??= Promise.resolve();
    this.#socket.terminate();
  }
}

/** Rejects with BrokerError: the conflict's code, `topic-missing`, `broker-refused` or `broker-unreachable`. */
export function openSocket(options: SocketOptions): Promise<Socket> {
  const { url, token } = options;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      headers,
      // Compression costs a factor of ten here: 2.2 k instead of 26 k messages/s produced.
      perMessageDeflate: false,
      handshakeTimeout: OPEN_TIMEOUT_MS,
      followRedirects: true,
      skipUTF8Validation: true,
    });
    socket.once('unexpected-response', (_, response) => {
      void refusal(response, options).then((error) => {
        socket.terminate();
        reject(error);
      });
    });
    const unreachable = (cause: Error): void => {
      reject(
        new BrokerError('broker-unreachable', `no WebSocket answer from ${url.origin}: ${cause.message}`, { cause }),
      );
    };
    socket.once('error', unreachable);
    let tcp: TcpSocket | undefined;
    socket.once('upgrade', (response) => (tcp = response.socket));
    socket.once('open', () => {
      socket.removeListener('error', unreachable);
      if (tcp) resolve(new Socket(socket, tcp, options));
    });
  });
}

/** The one place where the WebSocket API's refusals become errors. */
async function refusal(response: IncomingMessage, { url, conflict }: SocketOptions): Promise<BrokerError> {
  const status = response.statusCode ?? 0;
  let body = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) body += String(chunk);
  } catch {
    // The status says enough.
  }
  const said = /<(?:title|p)>([^<]*)/i.exec(body)?.[1] ?? body;
  return new BrokerError(
    codeOf(status, conflict),
    `${url.origin}${url.pathname} answered ${status.toString()}: ${said.trim().slice(0, 300)}`,
  );
}

function codeOf(status: number, conflict: SocketOptions['conflict']): BrokerErrorCode {
  if (status === 409) return conflict;
  if (status === 404) return 'topic-missing';
  return status === 429 || status >= 500 ? 'broker-unreachable' : 'broker-refused';
}
