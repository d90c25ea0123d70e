import { setTimeout as pause } from 'node:timers/promises';

/** What an owner of a Pulsar does to it, or its own time does, and Parlance never asks for. */
export class PulsarOperator {
  readonly #base: string;

  constructor(webUrl: string) {
    this.#base = `${webUrl}/admin/v2`;
  }

  /** Of a partition topic: the broker lets go of it and takes it up again, with a new ledger. */
  async unload(partitionTopic: string): Promise<void> {
    await this.#call('PUT', `${pathOf(partitionTopic)}/unload`);
  }

  /** Of all topics of `TENANT/NAMESPACE`. */
  async unloadNamespace(namespace: string): Promise<void> {
    await this.#call('PUT', `namespaces/${namespace}/unload`);
  }

  /** From now on nothing that is acknowledged is kept, of any topic of the namespace: as after its retention. */
  async retainNothing(namespace: string): Promise<void> {
    const body = { retentionTimeInMinutes: 0, retentionSizeInMB: 0 };
    await this.#call('POST', `namespaces/${namespace}/retention`, body);
    // The broker's own subscription for it moves each thousand messages or two minutes only.
    await this.#call('POST', `namespaces/${namespace}/deduplication`, false);
    await this.unloadNamespace(namespace);
  }

  /** From now on nothing is deleted of any topic of the namespace, acknowledged or not. */
  async retainEverything(namespace: string): Promise<void> {
    const body = { retentionTimeInMinutes: -1, retentionSizeInMB: -1 };
    await this.#call('POST', `namespaces/${namespace}/retention`, body);
  }

  async acknowledgeAll(partitionTopic: string): Promise<void> {
    const stats = (await this.#call('GET', `${pathOf(partitionTopic)}/stats`)) as { readonly subscriptions: object };
    for (const name of Object.keys(stats.subscriptions)) {
      await this.#call('POST', `${pathOf(partitionTopic)}/subscription/${encodeURIComponent(name)}/skip_all`);
    }
  }

  /** Resolves once all ledgers but the present one are deleted; that one begins with the unload of `retainNothing`. */
  async trim(partitionTopic: string): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      await this.#call('POST', `${pathOf(partitionTopic)}/trim`);
      const { ledgers, cursors } = (await this.#call('GET', `${pathOf(partitionTopic)}/internalStats`)) as {
        readonly ledgers: readonly object[];
        readonly cursors: Readonly<Record<string, { readonly markDeletePosition: string }>>;
      };
      if (ledgers.length <= 1) return;
      if (Date.now() > deadline) {
        const at = Object.entries(cursors).map(([name, { markDeletePosition }]) => `${name} at ${markDeletePosition}`);
        throw new Error(`${partitionTopic} keeps ${JSON.stringify(ledgers)}: ${at.join(', ')}`);
      }
      await pause(250);
    }
  }

  async #call(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#base}/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

/** `persistent://demo/engine/journal-partition-0` → `persistent/demo/engine/journal-partition-0` */
function pathOf(topic: string): string {
  return topic.replace('://', '/');
}
