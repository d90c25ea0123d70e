import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { catalogueEntry } from '../../../channels/catalogue.ts';
import type { Event } from '../../../channels/event.ts';
import { smsLength } from '../../../channels/sms/segments.ts';
import type { Machine } from '../../../dsl/machine/machine.ts';
import { parseScenarios } from '../../../dsl/scenario/parse.ts';
import { runScenario } from '../../../dsl/scenario/run.ts';
import { SimulatedStage } from '../../../dsl/scenario/simulated-stage.ts';
import { allShipped } from '../../dsl/conversations/shipped.ts';
import { tableOf } from '../../../runtime/store/rows.ts';
import { graphRows } from '../../../runtime/store/sink/graph-rows.ts';
import type { Store } from '../../../runtime/store/port.ts';
import { eventRow } from './embedded-store.ts';

const FOLDER = join(import.meta.dirname, '../../../conversations');

export interface Played {
  readonly machines: readonly Machine[];
  /** Every case of every shipped definition, as rows of people of their own. */
  readonly rows: readonly object[];
  readonly events: readonly Event[];
}

let played: Promise<Played> | undefined;

/** What happens in the scenarios of the shipped definitions, as the engine and connectors would state it. */
export function playShipped(): Promise<Played> {
  return (played ??= play());
}

async function play(): Promise<Played> {
  const machines = allShipped();
  const events: Event[] = [];
  let cases = 0;
  for (const name of readdirSync(FOLDER)) {
    const path = join(FOLDER, name, `${name}.test.yaml`);
    if (name.includes('.')) continue;
    const parsed = parseScenarios(readFileSync(path, 'utf8'), { file: path });
    if (!('file' in parsed)) throw new Error(`${path} is no scenario file`);
    for (const scenario of parsed.file.scenarios) {
      const own = machines.filter((machine) => machine.name === name);
      const stage = SimulatedStage.open(own, scenario.given);
      await runScenario(() => Promise.resolve(stage), parsed.file, scenario);
      events.push(...apart(stage.events(), `s${(cases += 1).toString()}`));
    }
  }
  return { machines, events, rows: events.map(rowOf) };
}

/** Worlds that meet the same people, and whose ids begin anew. */
export function apart(events: readonly Event[], own: string): readonly Event[] {
  let text = JSON.stringify(events);
  for (const name of new Set(events.flatMap(({ correlationid, subject }) => [correlationid, subject])))
    if (name !== undefined) text = text.replaceAll(name, `${name}-${own}`);
  for (const id of new Set(events.map(({ id }) => id))) text = text.replaceAll(`"${id}"`, `"${id}-${own}"`);
  return (JSON.parse(text) as Event[]).map((event) => ({ ...event, source: `${event.source}/${own}` }));
}

/** As the sink stores it; what connectors add is added. */
export function rowOf(event: Event): object {
  const { id, source, type, subject = '', causationid = '', time, sequence } = event;
  const sent = type === 'message.sent' ? (event.data as { message: string; connector: string }) : undefined;
  const data = sent?.connector === 'sms' ? { ...sent, segments: smsLength('').segments } : event.data;
  return eventRow({
    ...{ id, source, type, subject, time, channel: catalogueEntry(type)?.channel ?? 'external' },
    ...{ causation: causationid, sequence: Number(sequence), data: JSON.stringify(data) },
    conversation: event.correlationid ?? sent?.message.slice(0, sent.message.lastIndexOf('/')) ?? '',
  });
}

/** As the sink does when the machines are published. */
export async function insertGraphs(store: Store, machines: readonly Machine[]): Promise<void> {
  const published = { tenant: 'acme', batch: 1, published: '2026-03-01T00:00:00.000Z' };
  const graphs = machines.map((machine) => graphRows(published, machine));
  const insert = (table: 'definition_states' | 'definition_transitions', rows: readonly object[]): Promise<void> =>
    store.insert(tableOf(store, table), rows, `graphs of ${machines.map(({ hash }) => hash).join()}`);
  await insert(
    'definition_states',
    graphs.flatMap(({ states }) => states),
  );
  await insert(
    'definition_transitions',
    graphs.flatMap(({ transitions }) => transitions),
  );
}
