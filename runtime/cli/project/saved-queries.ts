/** Queries that a project begins with, for `parlance sql --file`: of all tenants' views and of one's alike. */
import type { NewFile } from './project-files.ts';

const REPLIES = `-- name: replies
-- about: How many people reply in each state, how long they take, and how long we take to answer.
-- parameter from: the first day of replies, in UTC, such as 2026-03-01

SELECT
  definition,
  state,
  count() AS replies,
  round(quantile(0.5)(person_ms) / 1000) AS person_p50_s,
  round(quantile(0.95)(person_ms) / 1000) AS person_p95_s,
  round(quantile(0.95)(company_ms) / 1000, 1) AS company_p95_s
FROM replies
WHERE state != '' AND toDate(received) >= {from:Date}
GROUP BY definition, state
ORDER BY replies DESC
`;

const FUNNEL = `-- name: funnel
-- about: How many conversations came to each state of a definition, version by version, and were lost there.
-- parameter definition: its name

SELECT version, position, state, conversations, went_on, still_there, lost_percent, outcomes
FROM drop_off
WHERE definition = {definition:String}
ORDER BY version, position
`;

const UNDELIVERED = `-- name: undelivered
-- about: Messages that failed or were forbidden, by the connector and the reason, with one of them to look at.
-- parameter from: the first day of messages, in UTC, such as 2026-03-01

SELECT
  connector,
  if(failed IS NULL, 'blocked', 'failed') AS became,
  code,
  count() AS messages,
  argMax(conversation, requested) AS newest_in
FROM messages
WHERE (failed IS NOT NULL OR blocked IS NOT NULL) AND toDate(requested) >= {from:Date}
GROUP BY connector, became, code
ORDER BY messages DESC
`;

const STUCK = `-- name: stuck
-- about: Conversations that are parked, overdue or wait without a deadline, oldest first.

SELECT problem, conversation, definition, version, state, last_event, due
FROM stuck
ORDER BY last_event
LIMIT 100
`;

export const SAVED_QUERIES: readonly NewFile[] = [
  { path: 'queries/replies.sql', text: REPLIES },
  { path: 'queries/funnel.sql', text: FUNNEL },
  { path: 'queries/undelivered.sql', text: UNDELIVERED },
  { path: 'queries/stuck.sql', text: STUCK },
];
