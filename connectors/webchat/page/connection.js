/**
 * Keeps one WebSocket open: gets the session first, comes back with backoff when the connection breaks, and gives it up
 * when the server has been silent for too long (a network that drops packets tells nobody).
 */
const FIRST_RETRY_MS = 500;
const MOST_RETRY_MS = 15_000;
const SESSION_TIMEOUT_MS = 10_000;
const OPEN_TIMEOUT_MS = 10_000;

/** The server speaks every 20 s. */
const SILENCE_MS = 45_000;

export class Connection {
  #handlers;
  #socket;
  #failures = 0;
  #attempt = 0;
  #retry;
  #watch;
  #ready = false;

  /**
   * `session(session)`: what the server said we are. `after()`: number of the newest entry we have. `frame(frame)`: the
   * server spoke. `status('connecting' | 'online' | 'offline')`.
   */
  constructor(handlers) {
    this.#handlers = handlers;
    addEventListener('online', () => this.connect());
    addEventListener('offline', () => this.#lose());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible' && !this.#socket) this.connect();
    });
    // A page that the browser froze on the way out and brought back has a dead socket.
    addEventListener('pageshow', (event) => event.persisted && this.connect());
  }

  get ready() {
    return this.#ready;
  }

  /** False where there is no connection: say it again after the next welcome. */
  send(frame) {
    if (!this.#ready || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  async connect() {
    this.#drop();
    const attempt = this.#attempt;
    this.#handlers.status('connecting');
    try {
      const response = await fetch('session', { method: 'POST', signal: AbortSignal.timeout(SESSION_TIMEOUT_MS) });
      if (!response.ok) throw new Error(`session: ${response.status}`);
      const session = await response.json();
      if (attempt !== this.#attempt) return;
      this.#handlers.session(session);
      this.#open();
    } catch {
      if (attempt === this.#attempt) this.#lose();
    }
  }

  #open() {
    const url = new URL('socket', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#expectSignOfLife(OPEN_TIMEOUT_MS);
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', after: this.#handlers.after() }));
    socket.onmessage = ({ data }) => {
      this.#expectSignOfLife(SILENCE_MS);
      const frame = JSON.parse(data);
      if (frame.type === 'beat') return;
      if (frame.type === 'welcome') {
        this.#ready = true;
        this.#failures = 0;
        this.#handlers.status('online');
      }
      this.#handlers.frame(frame);
    };
    socket.onclose = () => this.#lose();
  }

  #expectSignOfLife(withinMs) {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#lose(), withinMs);
  }

  #lose() {
    this.#drop();
    this.#failures += 1;
    this.#handlers.status(navigator.onLine ? 'connecting' : 'offline');
    const delay = Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
    // Spread, so that a restarted server is not met by everybody at once.
    this.#retry = setTimeout(() => this.connect(), delay * (0.5 + Math.random() / 2));
  }

  #drop() {
    this.#attempt += 1;
    this.#ready = false;
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
