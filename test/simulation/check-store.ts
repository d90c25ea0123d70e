import { CHANNELS, engineTopic } from '../../channels/topics.ts';
import { machinesTopic } from '../../runtime/definitions/publication.ts';
import type { Message } from '../../runtime/broker/port.ts';
import type { CheckedLoop } from './check-loop.ts';
import { TENANT } from './founding.ts';
import { channelTopics, identityOf, isEvent, takenOf, type History } from './history.ts';
import type { World } from './world.ts';

/** The store's rows are the events of the channels and the inbox, the journal's records and the publications, each once. */
export function checkStore({ clickhouse }: World, history: History, loops: readonly CheckedLoop[]): readonly string[] {
  const expected = new Set<string>();
  for (const [channel, messages] of storedTopics(history)) {
    for (const message of takenOf(messages)) {
      if (!isEvent(message)) continue;
      const { id, source, sequence } = identityOf(message);
      expected.add(`event ${channel} ${source} ${sequence ?? 0} ${id} ${sequence === undefined ? message.id : ''}`);
    }
  }
  for (const { loop, records } of loops) {
    if (loop.isStateless) continue;
    for (const { epoch, sequence } of records) expected.add(`step ${loop.source} ${epoch} ${sequence}`);
  }
  for (const message of history.get(machinesTopic(TENANT)) ?? []) expected.add(`definition ${message.id}`);
  const problems: string[] = [];
  const stored = new Set<string>();
  const store = (row: string): void => {
    if (stored.has(row)) problems.push(`the store has twice: ${row}`);
    stored.add(row);
    if (!expected.has(row)) problems.push(`the store has what was never published: ${row}`);
  };
  for (const row of clickhouse.rows('events')) {
    const { channel, source, sequence, id, position } = row;
    store(
      `event ${String(channel)} ${String(source)} ${String(sequence)} ${String(id)} ${hasSequence(row) ? '' : String(position)}`,
    );
  }
  for (const { kind, partition, epoch, sequence } of clickhouse.rows('steps')) {
    if (kind === 'step') store(`step /engine/${TENANT}/${String(partition)} ${String(epoch)} ${String(sequence)}`);
  }
  for (const { position } of clickhouse.rows('definitions')) store(`definition ${String(position)}`);
  for (const row of expected) if (!stored.has(row)) problems.push(`the store lacks: ${row}`);
  return problems;
}

/** By the channel that the store names. */
function storedTopics(history: History): readonly (readonly [string, readonly Message[]])[] {
  const inbox = [...history].filter(([topic]) => topic.startsWith(engineTopic(TENANT, 'inbox')));
  return [
    ...channelTopics(history, CHANNELS).map(([topic, messages]) => [topic.split('/')[3] ?? '', messages] as const),
    ...inbox.map(([, messages]) => ['inbox', messages] as const),
  ];
}

/** The customer's own events have none; the store then says 0. */
function hasSequence({ source }: Readonly<Record<string, unknown>>): boolean {
  return !String(source).startsWith('urn:');
}
