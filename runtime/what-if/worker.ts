/** A thread that compares: rows in, counts out. */
import { parentPort, workerData } from 'node:worker_threads';
import { compareContact, type Question } from './compare-contact.ts';
import { recordedContact, type ContactRow } from './contact-rows.ts';
import { StoredDefinitions } from '../history/stored-definitions.ts';
import { ReplacedDefinitions } from './replaced.ts';
import { sessionOf } from './scenario.ts';
import { count, emptySummary } from './summary.ts';
import type { Work, WorkerAnswer, WorkerRequest } from './work.ts';

const { machines, publications, from, to, withSessions } = workerData as Work;
const definitions = new StoredDefinitions(publications);
const question: Question = { replaced: new ReplacedDefinitions(machines), from, to };
const summary = emptySummary();

parentPort?.on('message', (request: WorkerRequest) => {
  if (request.kind === 'rows') {
    for (const rows of contactsIn(Buffer.from(request.rows).toString('utf8'))) compare(rows);
  }
  const answer: WorkerAnswer = request.kind === 'rows' ? { kind: 'done' } : { kind: 'summary', summary };
  parentPort?.postMessage(answer);
});

function compare(rows: readonly ContactRow[]): void {
  const record = recordedContact(rows, definitions);
  for (const comparison of compareContact(record, question)) {
    count(summary, comparison, (compared) => (withSessions ? sessionOf(record, compared, machines) : undefined));
  }
}

function* contactsIn(text: string): Generator<readonly ContactRow[]> {
  let rows: ContactRow[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const row = JSON.parse(line) as ContactRow;
    if (rows.length > 0 && rows[0]?.[0] !== row[0]) {
      yield rows;
      rows = [];
    }
    rows.push(row);
  }
  if (rows.length > 0) yield rows;
}
