/** Whether a start begins a conversation: beside others, after them, or not at all. */
import { createHash } from 'node:crypto';
import type { Address, ContactKey, ConversationId, EventId, Millis } from '../../channels/brands.ts';
import { awaitedEventsOf } from '../awaited-events.ts';
import type { DelayWait, QueuedStart, Trigger, Written } from '../contact.ts';
import type { JsonObject } from '../json.ts';
import { MAX_QUEUED_STARTS } from '../limits.ts';
import { MAIN, flowOf, type Machine } from '../machine/machine.ts';
import type { Start } from '../machine/starts.ts';
import { awaitInterrupts } from './awaits.ts';
import type { Machines } from './contract.ts';
import type { ConversationDraft, Draft } from './draft.ts';
import { finish } from './finish.ts';
import { beginning } from './frames.ts';
import { isRepeated, markOf } from './repeats.ts';
import { fail, run } from './run.ts';
import { trace } from './trace.ts';

export interface Opening {
  readonly machine: Machine;
  /** One of the machine's. */
  readonly start: Start;
  readonly connector: string;
  readonly to: Address;
  readonly locale: string;
  readonly inputs: JsonObject;
  readonly trigger: Trigger;
  /** Tells it from others of the definition that are open with the person. */
  readonly key?: string;
  /** What the person wrote, where that starts it. */
  readonly opening?: Written;
}

/**
 * Starts, queues or skips, as the definition says for a person with whom it, or another, is open already. Returns why it
 * was skipped.
 */
export function begin(draft: Draft, opening: Opening): string | undefined {
  const { machine, start, connector, key } = opening;
  const { again } = start;
  const isSame = (other: { readonly definition: string; readonly key?: string }): boolean =>
    other.definition === machine.name && (again !== 'parallel' || key !== undefined) && other.key === key;
  const same = draft.conversations.filter(isSame);
  if (again !== 'restart' && (same.length > 0 || draft.state.queued?.some(isSame))) {
    return skip(draft, opening, 'it is under way already');
  }
  for (const conversation of same) finish(draft, conversation, 'conversation.cancelled', { reason: 'restarted' });
  const isBusy = draft.conversations.some((other) => other.connector === connector);
  if (isBusy && machine.busy === 'queue') return enqueue(draft, opening);
  if (isBusy && machine.busy === 'skip') return skip(draft, opening, 'another conversation is open');
  open(draft, opening);
  return undefined;
}

function skip(draft: Draft, { machine, connector, to }: Opening, reason: string): string {
  draft.emit('conversations', 'conversation.skipped', { definition: machine.name, connector, to, reason });
  return reason;
}

function enqueue(draft: Draft, opening: Opening): string | undefined {
  const { machine, start, connector, to, locale, inputs, trigger, key } = opening;
  const queued = draft.state.queued ?? [];
  if (queued.length >= MAX_QUEUED_STARTS) {
    return skip(draft, opening, `${MAX_QUEUED_STARTS} conversations wait already`);
  }
  const entry: QueuedStart = {
    machine: machine.hash,
    definition: machine.name,
    start: machine.starts.indexOf(start),
    connector,
    to,
    locale,
    inputs,
    trigger,
    ...(key === undefined ? {} : { key }),
    ...(opening.opening ? { opening: opening.opening } : {}),
    since: draft.now,
  };
  draft.update({ queued: [...queued, entry] });
  draft.emit('conversations', 'conversation.queued', { definition: machine.name, connector, to });
  return undefined;
}

/**
 * Starts what waited for a connector that is free now: the highest priority first, then the one that came first. One
 * whose machine is not here waits on, until it is published again.
 */
export function startQueued(machines: Machines, draft: Draft): void {
  for (;;) {
    const queued = draft.state.queued ?? [];
    const [next] = queued
      .filter(({ connector }) => !draft.conversations.some((open) => open.connector === connector))
      .flatMap((entry) => {
        const machine = machines.byHash(entry.machine);
        const start = machine?.starts[entry.start];
        return machine && start ? [{ entry, machine, start }] : [];
      })
      .sort((a, b) => b.machine.priority - a.machine.priority || a.entry.since - b.entry.since);
    if (!next) return;
    const { entry, machine, start } = next;
    draft.update({ queued: queued.filter((other) => other !== entry) });
    const opening = { ...entry, machine, start };
    if (draft.now - entry.since > machine.lifetimeMs) skip(draft, opening, 'it waited longer than its lifetime');
    else open(draft, opening);
  }
}

function open(draft: Draft, opening: Opening): void {
  const { machine, start, connector, to, locale, inputs, trigger, key } = opening;
  const conversation: ConversationDraft = {
    id: conversationIdOf(draft.state.key, machine.name, trigger),
    definition: machine.name,
    machine: machine.hash,
    connector,
    to,
    locale,
    startedAt: draft.now,
    ...(opening.opening ? { opening: opening.opening } : {}),
    ...(key === undefined ? {} : { key }),
    frames: [beginning(MAIN, flowOf(machine, MAIN), inputs)],
    wait: NOTHING,
    messages: 0,
    timers: [],
    timersSet: 0,
    lifetimeLeftMs: machine.lifetimeMs,
  };
  if (draft.conversations.some(({ id }) => id === conversation.id)) return;
  draft.open(conversation);
  const { name: definition, version, hash } = machine;
  const started = {
    definition,
    version,
    machine: hash,
    connector,
    to,
    inputs,
    trigger: { type: trigger.type, id: trigger.id, ...(trigger.bySource ? { source: trigger.source } : {}) },
  };
  draft.emit('conversations', 'conversation.started', started, conversation.id);
  trace(draft, machine, conversation, 0, `start ${machine.starts.indexOf(start)}`);
  const turn = { draft, conversation, machine };
  // The event that starts it is not one that it waits for.
  if (trigger.source !== undefined && awaitedEventsOf(machine).length > 0)
    isRepeated(draft, markOf(conversation, { source: trigger.source, id: trigger.id as EventId }));
  try {
    awaitInterrupts(turn);
  } catch (error) {
    fail(turn, '', error);
    return;
  }
  run(turn, 0, undefined, 'next');
}

/** Stands in until the first wait, which the same turn reaches. */
const NOTHING: DelayWait = { for: 'delay', node: 0, since: 0 as Millis, timer: '' };

/** The same event starts the same conversation, however often it is seen; another one starts another. */
export function conversationIdOf(contact: ContactKey, definition: string, trigger: Trigger): ConversationId {
  const { id, source, bySource } = trigger;
  const event = bySource && source !== undefined ? JSON.stringify([source, id]) : id;
  const digest = createHash('sha256').update(`${contact}\n${definition}\n${event}`).digest('hex');
  return `v-${digest.slice(0, 24)}` as ConversationId;
}
