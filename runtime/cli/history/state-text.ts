/** What was kept of a person at a moment, for people to read. */
import type { ContactState, ConversationState, HeldMessage, QueuedStart } from '../../../dsl/contact.ts';
import { flowOf } from '../../../dsl/machine/machine.ts';
import type { Machines } from '../../../dsl/step/contract.ts';

export function stateText(state: ContactState, machines: Machines): string {
  const { addresses, locale, zone, attributes, optedOut = [], held = [], queued = [], aheadMs } = state;
  return [
    `addresses: ${addresses.join(', ') || 'none'}`,
    ...(locale === undefined ? [] : [`locale: ${locale}`]),
    ...(zone === undefined ? [] : [`time zone: ${zone}`]),
    ...(attributes === undefined ? [] : [`attributes: ${JSON.stringify(attributes)}`]),
    ...(aheadMs === undefined ? [] : [`a test let time pass: it is ${aheadMs.toString()} ms ahead of the platform's`]),
    ...(optedOut.length === 0 ? [] : [`wants no messages on: ${optedOut.join(', ')}`]),
    ...state.conversations.flatMap((conversation) => ['', ...conversationLines(conversation, machines)]),
    ...(state.conversations.length === 0 ? ['', 'no conversation is open'] : []),
    ...queued.map(queuedLine),
    ...held.map(heldLine),
  ].join('\n');
}

function conversationLines(conversation: ConversationState, machines: Machines): readonly string[] {
  const { id, definition, machine: hash, connector, to, startedAt, frames, wait, timers, parked } = conversation;
  const machine = machines.byHash(hash);
  const top = frames.at(-1);
  const node = machine && top && flowOf(machine, top.flow).nodes[wait.node];
  const values = frames.flatMap(({ flow, inputs, vars }) => [
    ...Object.entries(inputs).map(([name, value]) => `  ${flow} inputs.${name} = ${JSON.stringify(value)}`),
    ...Object.entries(vars).map(([name, value]) => `  ${flow} vars.${name} = ${JSON.stringify(value)}`),
  ]);
  return [
    `conversation ${id}`,
    `  definition: ${definition}, version ${machine?.version ?? hash}`,
    `  on: ${connector}, to ${to}, since ${iso(startedAt)}`,
    `  at: ${node?.state ?? `node ${wait.node.toString()}`}, waits for ${wait.for} since ${iso(wait.since)}`,
    ...values,
    ...timers.map((timer) => `  deadline ${timer.id}: ${iso(timer.due)}`),
    ...(parked ? [`  parked since ${iso(parked.since)} (${parked.code}): ${parked.reason}`] : []),
    ...(parked ? [`  kept for it: ${parked.kept.length.toString()} events`] : []),
  ];
}

function queuedLine({ definition, connector, since }: QueuedStart): string {
  return `waits for another conversation to end: ${definition} on ${connector}, since ${iso(since)}`;
}

function heldLine({ conversation, number, until }: HeldMessage): string {
  return `held until ${iso(until)}: message ${number.toString()} of ${conversation}`;
}

export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
