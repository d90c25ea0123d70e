/** A browser's tab without the browser: what the page says to the server, said by a test. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { parseSetCookie } from './cookie.ts';
import { until } from '../until.ts';

export interface TabEntry {
  readonly number: number;
  readonly from: string;
  readonly id: string;
  readonly text: string;
  readonly isRead?: boolean;
}

interface Frame {
  readonly type: string;
  readonly entries?: readonly TabEntry[];
  readonly [other: string]: unknown;
}

export interface Session {
  readonly address: string;
  readonly cookie: string;
  readonly setCookie: string;
}

/** As the page's first request, again where too many come at once. `cookie`: of an earlier session. */
export async function openSession(origin: string, cookie?: string): Promise<Session> {
  const headers = { origin, ...(cookie !== undefined && { cookie }) };
  const response = await fetch(`${origin}/chat/session`, { method: 'POST', headers });
  if (response.status === 429) {
    await sleep(Number(response.headers.get('retry-after')) * 1000);
    return openSession(origin, cookie);
  }
  if (!response.ok) throw new Error(`the session was refused: ${response.status}`);
  const { address } = (await response.json()) as { address: string };
  const setCookie = response.headers.get('set-cookie') ?? '';
  return { address, cookie: parseSetCookie(setCookie), setCookie };
}

export class Tab {
  readonly frames: Frame[] = [];
  closeCode: number | undefined;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString('utf8')) as Frame));
    socket.on('close', (code) => {
      this.closeCode = code;
    });
  }

  static async open(origin: string, headers: Readonly<Record<string, string>>, after = 0): Promise<Tab> {
    const tab = await Tab.connect(origin, headers);
    tab.say({ type: 'hello', after });
    return tab;
  }

  /** Without a greeting. Rejects with the HTTP status where the server refuses the upgrade. */
  static async connect(origin: string, headers: Readonly<Record<string, string>>): Promise<Tab> {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/chat/socket`, { headers });
    const tab = new Tab(socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return tab;
  }

  say(frame: object | string): void {
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  get entries(): readonly TabEntry[] {
    return this.frames.flatMap(({ entries = [] }) => entries);
  }

  frame(type: string): Promise<Frame> {
    return until(`a frame "${type}"`, () => this.frames.find((frame) => frame.type === type));
  }

  async entry(text: string): Promise<TabEntry> {
    return until(`an entry "${text}"`, () => this.entries.find((entry) => entry.text === text));
  }

  async closed(): Promise<number> {
    return until('the server to close the socket', () => this.closeCode);
  }

  close(): void {
    this.#socket.close();
  }
}
