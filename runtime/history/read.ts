/** What the store has of one contact, or of one value of events, by its SQL interface. */
import type { StateKey } from '../../dsl/correlation.ts';
import type { MessageId } from '../broker/message-id.ts';
import type { Publication } from '../definitions/publication.ts';
import { cloudEventOf, STORED_EVENT_COLUMNS, type StoredEvent } from '../store/stored-event.ts';
import type { RecordedStep, RecordedStepInput } from './recorded-step.ts';
import { StoredDefinitions } from './stored-definitions.ts';

/** Asks the views of one tenant: `StoreAccess` of the command line does. */
export interface HistoryStore {
  rows<Row>(sql: string, parameters?: Readonly<Record<string, string>>): Promise<readonly Row[]>;
}

interface StepRow {
  readonly partition: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly now: string;
  readonly input: string;
  readonly input_type: string;
  readonly feed: string;
  readonly feed_position: string;
  readonly outputs: readonly string[];
  readonly state_hash: string;
  readonly definitions: string;
  readonly company: string;
  readonly partitions: number;
  readonly fatal: number;
}

type InputRow = StoredEvent & { readonly position: string };

/** In the order in which they were taken, up to `until` (milliseconds), that moment included. */
export async function readSteps(store: HistoryStore, key: StateKey, until?: number): Promise<readonly RecordedStep[]> {
  const steps = await store.rows<StepRow>(
    `SELECT partition, epoch, sequence, now, input, input_type, feed, feed_position, outputs, state_hash, definitions,
       company, partitions, fatal
     FROM steps WHERE contact = {key:String} AND kind = 'step'
     ORDER BY partition, epoch, sequence LIMIT 1 BY partition, epoch, sequence`,
    { key },
  );
  const inputs = await store.rows<InputRow>(
    `SELECT ${STORED_EVENT_COLUMNS}, position FROM inputs WHERE contact = {key:String}`,
    { key },
  );
  const find = finderOf(inputs);
  return steps
    .map((row) => stepOf(row, find))
    .toSorted((one, other) => one.now - other.now)
    .filter(({ now }) => until === undefined || now <= until);
}

export async function readDefinitions(store: HistoryStore): Promise<StoredDefinitions> {
  const rows = await store.rows<{ position: MessageId; published: string; payload: string }>(
    'SELECT position, published, payload FROM definitions',
  );
  return new StoredDefinitions(
    rows.map(({ position, published, payload }) => ({
      position,
      published: Date.parse(published),
      publications: JSON.parse(payload) as readonly Publication[],
    })),
  );
}

type Find = (row: StepRow) => InputRow | undefined;

/** By its place; one that was redriven has another place than its row. */
function finderOf(inputs: readonly InputRow[]): Find {
  const byPlace = new Map(inputs.map((row) => [`${row.channel} ${row.position}`, row]));
  const byId = new Map(inputs.map((row) => [`${row.channel} ${row.id}`, row]));
  return ({ feed, feed_position: position, input }) => {
    const placed = byPlace.get(`${feed} ${position}`);
    return placed?.id === input ? placed : byId.get(`${feed} ${input}`);
  };
}

function stepOf(row: StepRow, find: Find): RecordedStep {
  const { partition, epoch, sequence, outputs, company, partitions } = row;
  return {
    ...{ partition, epoch, sequence, outputs },
    now: Date.parse(row.now),
    input: inputOf(row, find),
    stateHash: row.state_hash,
    basis: {
      definitions: row.definitions === '' ? undefined : (row.definitions as MessageId),
      ...{ company, partitions },
    },
  };
}

function inputOf(row: StepRow, find: Find): RecordedStepInput {
  const { input: id, input_type: type, fatal } = row;
  if (type === 'moved-here' || type === 'moved-away') return { kind: type, id };
  if (row.feed === '') return { kind: 'timer', id, isFatal: fatal === 1 };
  const found = find(row);
  return { kind: 'event', id, event: found && cloudEventOf(found), isFatal: fatal === 1 };
}
