/** Questions to customers' own systems, and their answers. */
import type { DataAnswer, DataFailure, DataWait } from '../contact.ts';
import { ExpressionError, programOfSource, type Activation, type Program } from '../expression/program.ts';
import { conformFields, ValueError } from '../expression/values.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { MAX_VALUES_BYTES } from '../limits.ts';
import type { DataSource, RequestPart } from '../machine/data-source.ts';
import { flowOf } from '../machine/machine.ts';
import type { FetchNode } from '../machine/nodes.ts';
import { activationOf, activationOfSource } from './activation.ts';
import type { Machines } from './contract.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { conformed } from './finish.ts';
import { topOf, updateTop } from './frames.ts';
import { stopInterruptedClocks, updateInterrupted } from './interrupt.ts';
import { machineOf } from './reply.ts';
import { run } from './run.ts';
import { cancel, pauseLifetime, schedule } from './timers.ts';
import { nodeAt, programIn, type Outcome, type Turn } from './turn.ts';

/** Beyond what the connector may take by itself: for queues, a connector that restarts, an outage. */
const ANSWER_GRACE_MS = 10 * 60_000;
/** Attempts that the connector makes where the source says nothing: its own default. */
const DEFAULT_RETRIES = 2;

export function fetch(turn: Turn, node: FetchNode & { readonly state: string }, at: number): Outcome {
  const { conversation, draft, machine } = turn;
  const source = flowOf(machine, topOf(conversation).flow).sources[node.source];
  if (!source) throw new Error(`machine ${machine.hash} has no data source ${node.source}`);
  const { arguments: given, program, activation } = context(turn, node, source);
  conversation.requests = (conversation.requests ?? 0) + 1;
  const request = `${conversation.id}/d${conversation.requests.toString()}`;
  const { body, headers, method, timeoutMs, retries, cacheMs } = source;
  const fill = (parts: readonly RequestPart[], encode: (text: string) => string) =>
    parts.map((part) =>
      typeof part === 'object' && 'cel' in part ? encode(shown(program, part.cel, activation)) : part,
    );
  const http = {
    method,
    url: fill(source.url, encodeURIComponent),
    headers: Object.fromEntries(Object.entries(headers).map(([name, parts]) => [name, fill(parts, oneLine)])),
    ...(body === undefined ? {} : { body: bodyOf(program.value('flow', body, activation)) }),
    timeoutMs,
    ...(retries === undefined ? {} : { retries }),
    ...(cacheMs === undefined ? {} : { cacheMs }),
  };
  draft.emit('data', 'data.requested', { request, source: node.source, arguments: given, http }, conversation.id);
  stopInterruptedClocks(draft, conversation);
  pauseLifetime(draft, conversation);
  const mostMs = timeoutMs * ((retries ?? DEFAULT_RETRIES) + 1) + ANSWER_GRACE_MS;
  const timer = schedule(draft, conversation, 'data', draft.now + mostMs);
  conversation.wait = { for: 'data', node: at, since: draft.now, request, timer };
  draft.emit('conversations', 'conversation.waiting', { state: node.state, for: 'data' }, conversation.id);
  return 'rest';
}

/** A source with inputs of its own sees them alone; another sees what the flow sees. */
function context(
  turn: Turn,
  node: FetchNode,
  source: DataSource,
): { readonly arguments: JsonObject; readonly program: Program; readonly activation: Activation } {
  const { machine } = turn;
  const program = programIn(turn);
  const activation = activationOf(turn);
  const { inputs } = source;
  if (!inputs) return { arguments: {}, program, activation };
  const given: Record<string, Json> = {};
  for (const [name, value] of Object.entries(node.with)) given[name] = program.value('flow', value, activation);
  const values = conformed(() => conformFields(inputs, given, 'inputs.'));
  return {
    arguments: values,
    program: programOfSource(machine, source),
    activation: activationOfSource(activation, inputs, values),
  };
}

function shown(program: Program, cel: string, activation: Activation): string {
  const value = program.value('flow', { text: [{ cel }] }, activation);
  return typeof value === 'string' ? value : '';
}

/** In the event a list is a text in parts: a list that the author wrote is one part of its own. */
function bodyOf(body: Json): Json {
  return Array.isArray(body) ? [JSON.stringify(body)] : body;
}

/** A header ends at a line break: what a person wrote must not begin another. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\0]+/g, ' ');
}

/** An answer, or why there is none. One that nobody waits for (any more) changes nothing. */
export function dataAnswered(machines: Machines, draft: Draft, request: string, answer: DataAnswer): void {
  const id = request.slice(0, request.lastIndexOf('/d'));
  const conversation = draft.conversations.find((candidate) => candidate.id === id);
  if (!conversation) return;
  draft.causeHops = conversation.hops;
  const { wait } = conversation;
  if (wait.for !== 'data' || wait.request !== request) {
    keepForResume(draft, conversation, request, answer);
    return;
  }
  cancel(draft, conversation, wait.timer);
  const machine = machineOf(machines, conversation);
  const turn: Turn = { draft, conversation, machine };
  const { state } = nodeAt(machine, conversation, wait.node);
  const { to, reason } = afterAnswer(turn, wait, answer);
  run(turn, to, state, reason);
}

/** An interrupt is at work: the first answer is taken when it ends, also one that came after the time for it. */
function keepForResume(draft: Draft, conversation: ConversationDraft, request: string, answer: DataAnswer): void {
  updateInterrupted(conversation, (interrupted) => {
    const { wait } = interrupted;
    if (wait.for !== 'data' || wait.request !== request || interrupted.answer) return interrupted;
    cancel(draft, conversation, wait.timer);
    draft.touch();
    return { ...interrupted, answer };
  });
}

/** No answer came, and none is expected any more. */
export const NO_ANSWER: DataAnswer = {
  failure: { code: 'data-timed-out', reason: 'the connector did not answer in time' },
};

/** Keeps what the source returned; or why it did not, and goes the way of `failed`. */
export function afterAnswer(
  turn: Turn,
  wait: DataWait,
  answer: DataAnswer,
): { readonly to: number; readonly reason: 'data' | 'data-failed' } {
  const { conversation, machine } = turn;
  const node = nodeAt(machine, conversation, wait.node);
  const source = node.op === 'fetch' ? flowOf(machine, topOf(conversation).flow).sources[node.source] : undefined;
  if (node.op !== 'fetch' || !source) throw new Error(`conversation ${conversation.id} waits for data at a ${node.op}`);
  const read = 'failure' in answer ? answer : readAnswer(turn, source, answer.value);
  if ('failure' in read) {
    updateTop(conversation, { failure: read.failure });
    return { to: node.failed, reason: 'data-failed' };
  }
  updateTop(conversation, { data: { ...topOf(conversation).data, [node.source]: read.value } });
  return { to: wait.node + 1, reason: 'data' };
}

/** The response as `returns` declares it. */
function readAnswer(
  { conversation, draft, machine }: Turn,
  source: DataSource,
  response: Json,
): { readonly value: JsonObject } | { readonly failure: DataFailure } {
  const program = programOfSource(machine, source);
  const activation = {
    variables: { response, now: new Date(draft.now) },
    locale: conversation.locale,
    zone: machine.zone,
  };
  try {
    const fields: Record<string, Json> = isObject(response) ? { ...response } : {};
    for (const [field, cel] of Object.entries(source.map))
      fields[field] = program.value('response', { cel }, activation);
    const value = conformFields(source.returns, fields, '');
    if (JSON.stringify(value).length > MAX_VALUES_BYTES)
      throw new ValueError(`the answer takes more than ${MAX_VALUES_BYTES} bytes`);
    return { value };
  } catch (error) {
    if (!(error instanceof ExpressionError) && !(error instanceof ValueError)) throw error;
    return { failure: { code: 'data-unexpected', reason: error.message } };
  }
}
