/** A thread that compares: rows in, counts out. */
import { parentPort, workerData } from 'node:worker_threads';
import { isCorrelationKey } from '../../dsl/correlation.ts';
import { historiesIn } from '../history/record-rows.ts';
import type { RecordedHistory } from '../history/recorded-step.ts';
import { StoredDefinitions } from '../history/stored-definitions.ts';
import { compareContact } from './compare-contact.ts';
import type { Question } from './lockstep.ts';
import { ReplacedDefinitions } from './replaced.ts';
import { sessionOf } from './scenario.ts';
import { count, emptySummary } from './summary.ts';
import type { Unstarted } from './unstarted.ts';
import type { Work, WorkerAnswer, WorkerRequest } from './work.ts';

const { machines, publications, unstarted, company, from, to, upTo, withSessions } = workerData as Work;
const definitions = new StoredDefinitions(publications);
const replaced = new ReplacedDefinitions(machines);
const question: Question = { replaced, definitions, company, from, to, ...(upTo === undefined ? {} : { upTo }) };
const summary = emptySummary();

parentPort?.on('message', (request: WorkerRequest) => {
  if (request.kind === 'rows') {
    for (const record of historiesIn(request.rows)) compare(record);
  }
  const answer: WorkerAnswer = request.kind === 'rows' ? { kind: 'done' } : { kind: 'summary', summary };
  parentPort?.postMessage(answer);
});

function compare(record: RecordedHistory): void {
  for (const comparison of compareContact(record, question, unstartedOf(record))) {
    count(summary, comparison, (compared) => (withSessions ? sessionOf(record, compared, machines) : undefined));
  }
}

function unstartedOf({ key }: RecordedHistory): readonly Unstarted[] {
  return isCorrelationKey(key) ? [] : (unstarted.get(key) ?? []);
}
