/** A command in a real pseudo-terminal, which Python has and Node has not. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { PARLANCE } from './parlance.ts';

/** On a busy machine. */
const WITHIN_MS = 40_000;

/** Says its child's process id, then what the terminal shows; what it is given are keys. Ends as the child ends. */
const PROGRAM = `
import fcntl, os, pty, select, struct, sys, termios
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 160, 0, 0))
os.write(1, b'%d\\n' % child)
sources = [0, terminal]
while True:
    ready = select.select(sources, [], [])[0]
    if 0 in ready:
        keys = os.read(0, 4096)
        if keys: os.write(terminal, keys)
        else: sources.remove(0)
    if terminal in ready:
        try: shown = os.read(terminal, 65536)
        except OSError: break
        if not shown: break
        os.write(1, shown)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(code if code >= 0 else 128 - code)
`;

/** For `requirePart`. */
export function pythonFound(): boolean {
  return spawnSync('python3', ['-c', 'import pty'], { stdio: 'ignore' }).status === 0;
}

export class Terminal {
  readonly #python: ChildProcess;
  readonly #ended: Promise<number>;
  #shown = '';
  #seen = 0;

  /** `parlance` with these words. */
  constructor(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const command = [process.execPath, ...PARLANCE, ...words];
    this.#python = spawn('python3', ['-c', PROGRAM, ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TERM: 'xterm', NO_COLOR: '1', ...environment },
    });
    this.#python.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#shown += text));
    this.#ended = new Promise((resolve) => {
      this.#python.once('close', (code) => {
        resolve(code ?? -1);
      });
    });
  }

  /** All that was shown, without colours and movements. */
  get text(): string {
    return stripVTControlCharacters(this.#shown);
  }

  /** The same with them. */
  get raw(): string {
    return this.#shown;
  }

  /** Resolves, with what was matched, once it is shown after what was waited for before. */
  async shows(expected: RegExp): Promise<string> {
    const end = Date.now() + WITHIN_MS;
    for (;;) {
      const match = expected.exec(this.text.slice(this.#seen));
      if (match) {
        this.#seen += match.index + match[0].length;
        return match[0];
      }
      if (Date.now() > end) throw new Error(`${expected.source} is not shown: ${this.text.slice(this.#seen)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  press(keys: string): void {
    this.#python.stdin?.write(keys);
  }

  /** As `kill -9` does. */
  kill(): void {
    process.kill(Number.parseInt(this.#shown, 10), 'SIGKILL');
  }

  /** Whatever runs in it. */
  close(): void {
    this.#python.kill();
  }

  /** With the code of the command, above 128 where it was killed. */
  ended(): Promise<number> {
    return this.#ended;
  }
}

export const KEYS = {
  right: '\u001B[C',
  left: '\u001B[D',
  up: '\u001B[A',
  home: '\u001B[H',
  end: '\u001B[F',
  enter: '\r',
  tab: '\t',
  controlC: '\u0003',
  controlD: '\u0004',
} as const;
