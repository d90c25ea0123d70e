/** From rows of `contactsSql` to what is on record of a person. */
import type { ContactKey, Millis } from '../../channels/brands.ts';
import { partitionOf } from '../../channels/partition.ts';
import type { Event } from '../../channels/event.ts';
import { OUTPUTS_MAX } from '../../dsl/step/outgoing.ts';
import type { MessageId } from '../broker/message-id.ts';
import { cloudEventOf } from '../store/stored-event.ts';
import { ROW } from './contact-query.ts';
import type { StoredDefinitions } from '../history/stored-definitions.ts';
import {
  KEPT_WHOLE,
  type RecordedContact,
  type RecordedInput,
  type RecordedOutput,
  type RecordedStep,
} from './recorded.ts';

/** `[contact, kind, numbers, texts]`; a number may come as text, where it is one of 64 bits. */
export type ContactRow = readonly [string, number, readonly (number | string)[], readonly string[]];

interface StoredStep {
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
}

interface StoredEvent {
  readonly publishedAt: number;
  readonly event: () => Event;
  readonly type: string;
  readonly data: string;
  readonly conversation: string;
}

/** The rows of one contact. */
export function recordedContact(rows: readonly ContactRow[], definitions: StoredDefinitions): RecordedContact {
  const steps = new Map<string, StoredStep>();
  const outputs = new Map<string, readonly number[]>();
  const events = new Map<string, StoredEvent>();
  const whole = new Map<string, RecordedOutput[]>();
  for (const [, kind, given, texts] of rows) {
    const numbers = given.map(Number);
    if (kind === ROW.step) {
      const [, epoch = 0, sequence = 0, partition = 0] = numbers;
      steps.set(`${partition.toString()}/${epoch.toString()}/${sequence.toString()}`, { numbers, texts });
    } else if (kind === ROW.outputs) {
      outputs.set(`${texts[0] ?? ''}/${(numbers[0] ?? 0).toString()}`, numbers.slice(1));
    } else addEvent(numbers, texts, events, whole);
  }
  const contact = (rows[0]?.[0] ?? '') as ContactKey;
  const ordered = [...steps.values()].sort((a, b) => compare(a, b, 0) || compare(a, b, 1) || compare(a, b, 2));
  return {
    contact,
    steps: ordered.flatMap((step) => recordedStep(contact, step, { outputs, events, whole }, definitions)),
  };
}

function compare(a: StoredStep, b: StoredStep, place: number): number {
  return (a.numbers[place] ?? 0) - (b.numbers[place] ?? 0);
}

function addEvent(
  numbers: readonly number[],
  texts: readonly string[],
  events: Map<string, StoredEvent>,
  whole: Map<string, RecordedOutput[]>,
): void {
  const [publishedAt = 0] = numbers;
  const [id = '', , type = '', data = '', conversation = ''] = texts;
  if (events.has(id)) return;
  events.set(id, { publishedAt, type, data, conversation, event: () => eventOf(numbers, texts) });
  if (!KEPT_WHOLE.has(type)) return;
  const record = recordOf(id);
  whole.set(record, [...(whole.get(record) ?? []), { type, data, conversation }]);
}

/** The source and number of the journal's record that an output's id begins with. */
function recordOf(id: string): string {
  const slash = id.lastIndexOf('/');
  return `${id.slice(0, slash)}/${Math.floor(Number(id.slice(slash + 1)) / OUTPUTS_MAX).toString()}`;
}

interface Stored {
  readonly outputs: ReadonlyMap<string, readonly number[]>;
  readonly events: ReadonlyMap<string, StoredEvent>;
  readonly whole: ReadonlyMap<string, readonly RecordedOutput[]>;
}

/** None where nothing was decided: the tenant grew, and an input or the contact went to another partition. */
function recordedStep(
  contact: ContactKey,
  { numbers, texts }: StoredStep,
  { outputs, events, whole }: Stored,
  definitions: StoredDefinitions,
): readonly RecordedStep[] {
  const [now = 0, , , partition = 0, partitions = 0, fatal = 0] = numbers;
  const [id = '', type = '', position = '', company = '', firstOutput = ''] = texts;
  if (type === 'moved-here' || type === 'moved-away') return [];
  if (partitions > 0 && partitionOf(contact, partitions) !== partition) return [];
  const record = recordOf(firstOutput);
  return [
    {
      now: now as Millis,
      input: inputOf(id, type, events.get(id)),
      basis: {
        machines: definitions.at(
          { definitions: position === '' ? undefined : (position as MessageId), company, partitions },
          now,
        ),
        ...(company === '' ? {} : { company }),
        ...(fatal === 1 ? { isFatal: true } : {}),
      },
      outputs: outputs.get(record) ?? [],
      whole: whole.get(record) ?? [],
    },
  ];
}

function inputOf(id: string, type: string, stored: StoredEvent | undefined): RecordedInput {
  if (type === 'timer') return { kind: 'deadline', id };
  if (!stored) return { kind: 'missing', id, type };
  const event = stored.event();
  // It came before the tenant grew, and was sent on, whole.
  const { event: carried } = (stored.type === FORWARDED ? event.data : {}) as { readonly event?: Event };
  return { kind: 'event', event: carried ?? event, publishedAt: stored.publishedAt as Millis };
}

const FORWARDED = 'forwarded';

function eventOf(numbers: readonly number[], texts: readonly string[]): Event {
  const [, time = 0, sequence = 0] = numbers;
  const [id = '', source = '', type = '', data = '', conversation = '', causation = '', partitionkey = ''] = texts;
  const [contact = '', traceparent = '', extensions = ''] = texts.slice(7);
  return cloudEventOf({
    ...{ id, source, type, contact, data, partitionkey, sequence, conversation, causation, traceparent, extensions },
    time: new Date(time).toISOString(),
  });
}
