/** What a broadcast is when it begins: the events that say so stand in it, to be published first. */
import type { EventId } from '../../channels/brands.ts';
import type { Machine } from '../../dsl/machine/machine.ts';
import type { Audience } from './audience.ts';
import type { Broadcast, BroadcastSchedule, Item, Statement } from './store.ts';

export interface Order {
  readonly name: string;
  /** Of its targets and skips; never used again. */
  readonly source: string;
  readonly machine: Machine;
  /** What the customer calls the audience. */
  readonly audience: string;
  readonly perSecond: number;
  /** Of what the platform sends by itself. */
  readonly schedule?: BroadcastSchedule;
}

export function newBroadcast(order: Order, { recipients, skipped }: Audience, nowMs: number): Broadcast {
  const { audience, perSecond, machine } = order;
  const { version, hash } = machine;
  return {
    ...beginningOf(order, nowMs),
    ...{ state: 'running', recipients: recipients.length, skipped: skipped.length },
    statements: [
      statement(order, 'requested', { audience, perSecond }),
      statement(order, 'started', { version, machine: hash, recipients: recipients.length }),
    ],
  };
}

/** Of a schedule that came due without anybody being targeted: it has ended when it begins. */
export function missedBroadcast(
  order: Order & Required<Pick<Order, 'schedule'>>,
  dueMs: number,
  reason: string,
  nowMs: number,
): Broadcast {
  const beginning = beginningOf(order, nowMs);
  const data = { list: order.schedule.list, due: new Date(dueMs).toISOString(), reason };
  return {
    ...beginning,
    ...{ state: 'missed', reason, recipients: 0, skipped: 0, endedAt: beginning.requestedAt },
    statements: [statement(order, 'missed', data)],
  };
}

function beginningOf({ name, source, machine, audience, perSecond, schedule }: Order, nowMs: number) {
  const { name: definition, version, hash } = machine;
  return {
    ...{ name, definition, version, machine: hash, perSecond, audience, source },
    ...(schedule && { schedule }),
    requestedAt: new Date(nowMs).toISOString(),
    position: 0,
  };
}

function statement({ name, source, machine }: Order, what: string, data: object): Statement {
  return {
    id: `${source}/${what}` as EventId,
    type: `broadcast.${what}`,
    data: { broadcast: name, definition: machine.name, ...data },
  };
}

/** Those left out last: whoever looks at the events sees people being started first. */
export function itemsOf({ recipients, skipped }: Audience): readonly Item[] {
  return [
    ...recipients.map((recipient): Item => ({ kind: 'target', ...recipient })),
    ...skipped.flatMap(({ address, reason }): readonly Item[] =>
      address === undefined ? [] : [{ kind: 'skip', address, reason }],
    ),
  ];
}
