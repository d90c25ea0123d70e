/** What is on record of a person as rows of the store, as the sink would insert them. */
import { catalogueEntry } from '../../../channels/catalogue.ts';
import type { Message } from '../../../runtime/broker/port.ts';
import type { MessageId } from '../../../runtime/broker/message-id.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { eventOf } from '../../../dsl/step/outgoing.ts';
import { publicationsOf } from '../../../runtime/definitions/published.ts';
import type { DefinitionRow, EventRow, StepRow } from '../../../runtime/store/rows.ts';
import { definitionRow } from '../../../runtime/store/sink/definition-row.ts';
import { encodePublication } from '../../../runtime/definitions/publication.ts';
import { PLAIN_CODEC } from '../../../channels/codec.ts';
import { eventRow } from '../../../runtime/store/sink/event-row.ts';
import { isoTime } from '../../../runtime/store/sink/event-time.ts';
import type { Event } from '../../../channels/event.ts';
import type { TenantName } from '../../../channels/brands.ts';
import { DEFINITIONS_AT, type Recorder } from './recorder.ts';

/** Of every message: what is told apart, is so by its id. */
const POSITION = '3:0';

const SOURCE = '/engine/acme/0/g1';
const tenant = 'acme' as TenantName;
const context = { tenant, batch: 1, codec: PLAIN_CODEC };

export interface StoredRows {
  readonly events: EventRow[];
  readonly steps: StepRow[];
}

export function publicationRows(machines: readonly Machine[], publishedAt: string): DefinitionRow[] {
  const nothing = { has: () => false };
  const publications = machines.flatMap((machine) => publicationsOf(machine, nothing, 'folder'));
  return publications.map((publication, index) => {
    const { payload, key = '', properties = {} } = encodePublication(publication);
    const id = `1:${index.toString()}` as MessageId;
    return definitionRow(context, {
      ...{ id, payload, key, properties },
      publishTimeMs: Date.parse(publishedAt),
    } as Message);
  });
}

/** Numbers records as a partition's journal does, over all whom it is given. */
export class TrafficWriter {
  #sequence = 0;

  add({ steps, emissions, external, record: { key: contact } }: Recorder, rows: StoredRows): void {
    rows.events.push(...external.map(({ event, publishedAt }) => rowOf('external', event, publishedAt)));
    for (const [index, step] of steps.entries()) {
      this.#sequence += 1;
      const given = emissions[index] ?? [];
      const { now, input } = step;
      const [id, type] = input.kind === 'event' ? [input.id, input.event.type] : [input.id, 'timer'];
      const feed =
        input.kind === 'event' ? { feed: channelOf(type), feed_position: POSITION } : { feed: '', feed_position: '' };
      const emitter = { source: SOURCE, sequence: this.#sequence, now, causationid: id };
      const outputs = given.map((emission, place) => ({ to: emission.to, event: eventOf(emission, place, emitter) }));
      if (input.kind === 'event') rows.events.push(rowOf(channelOf(type), input.event, input.publishedAt));
      rows.events.push(...outputs.map(({ to, event }) => rowOf(to, event, now)));
      rows.steps.push({
        ...{ tenant, partition: 0, position: `2:${this.#sequence.toString()}`, batch: 1, kind: 'step', epoch: 1 },
        ...{ sequence: this.#sequence, generation: '', now: isoTime(now), input: id, input_type: type, ...feed },
        ...{ contact, conversations: [], outputs: outputs.map(({ event }) => event.id) },
        ...{ state_hash: '', definitions: DEFINITIONS_AT, company: '', partitions: 1, fatal: 0 },
      });
    }
  }
}

function channelOf(type: string): string {
  return catalogueEntry(type)?.channel ?? 'inbox';
}

function rowOf(channel: string, event: Event, publishedAt: number): EventRow {
  const feed = { of: channel, topic: '', partition: 0 } as Parameters<typeof eventRow>[1];
  const message = { id: POSITION, publishTimeMs: publishedAt } as Message;
  const read = {
    event,
    time: isoTime(Date.parse(event.time)),
    data: JSON.stringify(event.data ?? null),
    isPlain: false,
  };
  return { ...eventRow(context, feed, message, read), channel };
}
