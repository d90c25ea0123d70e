/** Bugs planted on purpose, to show that the simulation finds them: exact text of the product, and what stands there then. */

export interface Plant {
  /** Relative to the project. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

const COMMITTER = 'runtime/engine/committer.ts';

const PLANTED = {
  'no-barrier': [
    {
      file: 'runtime/engine/journal.ts',
      before: 'const position = await producer.send({ payload: codec.encode(JSON.stringify(barrier)) });',
      after: `if (last !== undefined) {
        const { epoch, sequence } = fold;
        return new Journal(options, producer, { record: { ...barrier, epoch, sequence }, position: last });
      }
      const position = await producer.send({ payload: codec.encode(JSON.stringify(barrier)) });`,
    },
  ],
  'acknowledges-before-delivery': [
    {
      file: 'runtime/connectors/partition-run.ts',
      before: 'if (!(await errand.bring(event, message))) return;',
      after: 'for (const settle of settles) settle(); if (!(await errand.bring(event, message))) return;',
    },
  ],
  'marks-before-insert': [
    {
      file: 'runtime/store/sink/reign.ts',
      before: 'await this.#insert(batch, folded, announced !== undefined);',
      after: '',
    },
    {
      file: 'runtime/store/sink/reign.ts',
      before: 'await this.#ledger.mark(batch, folded.changed);',
      after:
        'await this.#ledger.mark(batch, folded.changed); await this.#insert(batch, folded, announced !== undefined);',
    },
  ],
  'no-epoch-check': [
    {
      file: 'runtime/engine/journal-record.ts',
      before: "record.kind === 'barrier' ? record.epoch > this.epoch : record.epoch === this.epoch;",
      after: "record.kind === 'barrier' ? record.epoch > this.epoch : true;",
    },
  ],
  'publishes-before-durable': [
    {
      file: COMMITTER,
      before: 'journal.appendLeading(json, sequence, key, outputs).then(',
      after: `outbox.publish(outputs, outbox.published).catch(() => undefined);
      journal.appendLeading(json, sequence, key, outputs).then(`,
    },
  ],
  'followers-left-behind': [
    {
      file: 'runtime/broker/embedded/following.ts',
      before: 'sent.push(topic.append(messages, leader.train));',
      after: 'if (sent.length === 0) sent.push(topic.append(messages, leader.train));',
    },
  ],
  'reuses-sequence': [
    {
      file: COMMITTER,
      before: 'this.#sequence = start.applied.sequence;',
      after: 'this.#sequence = start.applied.sequence - 1;',
    },
  ],
  'fires-before-watermark': [
    {
      file: 'runtime/engine/deadlines.ts',
      before: 'await Promise.all(feeds.map((feed) => feed.caughtUp(broker)));',
      after: '',
    },
  ],
  'position-missing': [
    {
      file: COMMITTER,
      before: 'for (const feed of parts.feeds) {',
      after: 'for (const feed of parts.feeds.slice(1)) {',
    },
  ],
  'sends-after-failure': [
    { file: 'runtime/broker/embedded/append-queue.ts', before: 'sender.fail(error);', after: '' },
  ],
  'deadline-slept-through': [
    {
      file: 'runtime/engine/partition-loop.ts',
      before: 'due: this.#parts.store.nextDue()',
      after: 'due: undefined',
    },
  ],
  'two-owners-of-an-epoch': [
    {
      file: 'runtime/engine/journal.ts',
      before: 'epoch: fold.epoch + 1,',
      after: 'epoch: Math.max(1, fold.epoch),',
    },
    {
      file: 'runtime/engine/journal-record.ts',
      before: "record.kind === 'barrier' ? record.epoch > this.epoch :",
      after: "record.kind === 'barrier' ? record.epoch >= this.epoch :",
    },
  ],
  'broadcast-marked-before-published': [
    {
      file: 'runtime/broadcasts/run.ts',
      before: 'await this.#outlet.publish(items.slice(0, most), broadcast.position);',
      after: '',
    },
    {
      file: 'runtime/broadcasts/run.ts',
      before: 'this.#batchMost = Math.min(BATCH_MAX, this.#batchMost * 2);',
      after: `await this.#outlet.publish(items.slice(0, most), broadcast.position);
      this.#batchMost = Math.min(BATCH_MAX, this.#batchMost * 2);`,
    },
  ],
  'unmatched-event-forgotten': [
    {
      file: 'runtime/engine/contact-logic.ts',
      before: 'return correlate(key, valueState(state), event, now);',
      after: `const decision = correlate(key, valueState(state), event, now);
      return { ...decision, state: decision.state && { ...decision.state, recent: [] } };`,
    },
  ],
} as const satisfies Readonly<Record<string, readonly Plant[]>>;

export const PLANTED_NAMES: readonly string[] = Object.keys(PLANTED);

/** Throws for a name that is none. */
export function planted(name: string): readonly Plant[] {
  const plants = (PLANTED as Readonly<Record<string, readonly Plant[]>>)[name];
  if (!plants) throw new Error(`no planted bug is called "${name}": there are ${PLANTED_NAMES.join(', ')}`);
  return plants;
}
