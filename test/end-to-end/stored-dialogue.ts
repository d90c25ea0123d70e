import type { PlatformProcess } from './platform-process.ts';

interface Row {
  readonly id: string;
  readonly type: string;
  readonly causation: string;
  readonly data: string;
}

interface Data {
  readonly text?: string;
  readonly choices?: readonly { readonly label: string }[];
  readonly source?: string;
  readonly outcome?: string;
  readonly queue?: string;
  readonly agent?: string;
}

/**
 * A conversation as the store tells it. The events of the engine about one person are in order; what others say is known
 * as their causes.
 */
export class StoredDialogue {
  readonly #platform: PlatformProcess;
  readonly #conversation: string;

  private constructor(platform: PlatformProcess, conversation: string) {
    this.#platform = platform;
    this.#conversation = conversation;
  }

  /** The newest conversation of a definition, once it is over. */
  static async whenOver(platform: PlatformProcess, definition: string): Promise<StoredDialogue> {
    const [row] = await platform.eventually<{ conversation: string }>(
      `SELECT argMax(conversation, time) AS conversation FROM events
       WHERE type = 'conversation.started' AND definition = '${definition}' HAVING conversation != ''`,
      (rows) => rows.length > 0,
    );
    const dialogue = new StoredDialogue(platform, row?.conversation ?? '');
    await platform.eventually<{ over: number }>(
      `SELECT countIf(type = 'conversation.completed') AS over FROM events WHERE conversation = '${dialogue.#conversation}'`,
      (rows) => Number(rows[0]?.over) === 1,
    );
    return dialogue;
  }

  /** `> what somebody wrote`, then what the conversation said, asked systems, stated and how it ended. */
  async lines(): Promise<readonly string[]> {
    const rows = await this.#platform.query<Row>(
      `SELECT id, type, causation, data FROM events
       WHERE conversation = '${this.#conversation}' AND source LIKE '%/engine/%' ORDER BY sequence`,
    );
    const causes = await this.#platform.query<Row>(
      `SELECT id, type, causation, data FROM events
       WHERE id IN (SELECT causation FROM events WHERE conversation = '${this.#conversation}')`,
    );
    const causeOf = new Map(causes.map((row) => [row.id, row]));
    const lines: string[] = [];
    let last: Row | undefined;
    for (const row of rows) {
      const line = shown(row);
      if (line === undefined) continue;
      const cause = causeOf.get(row.causation);
      if (cause && cause !== last) lines.push(`> ${causeShown(cause)}`);
      last = cause;
      lines.push(line);
    }
    return lines;
  }

  /** Once every one of its messages was sent, delivered and read: how many each. */
  async receipts(): Promise<Readonly<Record<string, number>>> {
    const kinds = ['requested', 'sent', 'delivered', 'read'];
    const counts = kinds.map((kind) => `uniqExactIf(message, type = 'message.${kind}') AS ${kind}`);
    const [row = {}] = await this.#platform.eventually<Readonly<Record<string, number>>>(
      `SELECT ${counts.join(', ')} FROM
         (SELECT type, JSONExtractString(data, 'message') AS message FROM events
          WHERE conversation = '${this.#conversation}')`,
      ([counted]) => counted !== undefined && new Set(Object.values(counted).map(Number)).size === 1,
    );
    return row;
  }
}

function shown({ type, data }: Row): string | undefined {
  const { text = '', choices, source = '', outcome = '', queue = '' } = JSON.parse(data) as Data;
  if (type === 'message.requested') return choices ? `${text} [${choices.map(({ label }) => label).join('|')}]` : text;
  if (type === 'data.requested') return `asks ${source}`;
  if (type === 'conversation.handed-off') return `hands off to ${queue}`;
  if (type === 'conversation.completed') return `ends ${outcome}`;
  return /^(conversation|message|timer|contact|data|handoff)\./.test(type) ? undefined : `states ${type} ${data}`;
}

function causeShown({ type, data }: Row): string {
  const { text = '', source = '', agent = '' } = JSON.parse(data) as Data;
  if (type === 'message.received') return text;
  if (type === 'data.received') return `${source} answers`;
  return type.startsWith('handoff.') ? `${agent} ${type.slice('handoff.'.length)} ${text}`.trim() : type;
}
