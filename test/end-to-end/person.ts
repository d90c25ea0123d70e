import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { openSession, type Session, type TabEntry } from '../connectors/webchat/tab.ts';

/** From when a question may be answered to the answer, at most. */
const THINK_MAX_MS = 200;
const RECONNECT_MS = 100;

/** What the chat could not take for now. */
const SEND_AGAIN_MS = 500;

interface Frame {
  readonly type: string;
  readonly entries?: readonly TabEntry[];
  /** Of what was refused. */
  readonly id?: string;
  readonly code?: string;
  readonly retryAfterMs?: number;
}

/** Resolves when a person may answer their nth question, from 1. */
export type Pace = (question: number) => Promise<void>;

/**
 * A person in the web chat, without the browser: answers every question once, reconnects when the connection goes, and
 * sends again, under the same id, what was not accepted.
 */
export class Person {
  readonly session: Session;
  /** What the company wrote, in order. */
  readonly read: TabEntry[] = [];
  /** Sent, and not yet answered by the company. */
  waiting = 0;
  /** Messages that had to be sent again. */
  sentAgain = 0;
  readonly #origin: string;
  readonly #pace: Pace;
  readonly #reachable: () => Promise<void>;
  readonly #unaccepted = new Map<string, string>();
  #last = 0;
  #socket: WebSocket | undefined;
  #gone = false;

  private constructor(origin: string, session: Session, pace: Pace, reachable: () => Promise<void>) {
    this.#origin = origin;
    this.#pace = pace;
    this.#reachable = reachable;
    this.session = session;
  }

  /** Sent, and not yet taken by the chat. */
  get unaccepted(): number {
    return this.#unaccepted.size;
  }

  /** `reachable` resolves once it makes sense to connect again. */
  static async open(
    origin: string,
    pace: Pace,
    reachable: () => Promise<void> = () => Promise.resolve(),
  ): Promise<Person> {
    const person = new Person(origin, await openSession(origin), pace, reachable);
    person.#connect();
    return person;
  }

  #connect(): void {
    if (this.#gone) return;
    const headers = { cookie: this.session.cookie, origin: this.#origin };
    const socket = new WebSocket(`${this.#origin.replace('http', 'ws')}/chat/socket`, { headers });
    this.#socket = socket;
    socket.on('open', () => {
      this.#say({ type: 'hello', after: this.#last });
      for (const id of this.#unaccepted.keys()) this.#sendAgain(id);
    });
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString('utf8')) as Frame;
      if (frame.type === 'refused') {
        // `too-fast`: it was sent again too often, while the chat could not take it.
        if (frame.code !== 'try-again' && frame.code !== 'too-fast')
          throw new Error(`refused: ${data.toString('utf8')}`);
        setTimeout(() => {
          this.#sendAgain(frame.id);
        }, frame.retryAfterMs ?? SEND_AGAIN_MS);
      }
      for (const entry of frame.entries ?? []) this.#take(entry);
      if (frame.entries !== undefined && this.#last > 0) this.#say({ type: 'received', number: this.#last });
    });
    socket.on('error', () => undefined);
    socket.on('close', () => void this.#connectAgain());
  }

  async #connectAgain(): Promise<void> {
    await this.#reachable();
    setTimeout(() => {
      this.#connect();
    }, RECONNECT_MS);
  }

  #sendAgain(id = ''): void {
    const text = this.#unaccepted.get(id);
    if (text === undefined) return;
    this.sentAgain += 1;
    this.#say({ type: 'send', id, text });
  }

  #take(entry: TabEntry): void {
    if (entry.number <= this.#last) return;
    this.#last = entry.number;
    if (entry.from === 'person') {
      this.#unaccepted.delete(entry.id);
      return;
    }
    this.read.push(entry);
    this.waiting = 0;
    if (entry.text.startsWith('Question')) void this.#answerInTime(this.read.length);
  }

  async #answerInTime(question: number): Promise<void> {
    await this.#pace(question);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * THINK_MAX_MS));
    this.#answer();
  }

  #answer(): void {
    const id = randomUUID();
    const text = `Answer ${this.read.length}`;
    this.#unaccepted.set(id, text);
    this.waiting += 1;
    this.#say({ type: 'send', id, text });
  }

  #say(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  leave(): void {
    this.#gone = true;
    this.#socket?.terminate();
  }
}
