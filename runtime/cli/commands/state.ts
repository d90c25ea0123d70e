import type { Argv, CommandModule } from 'yargs';
import type { ContactKey } from '../../../channels/brands.ts';
import { ParlanceError } from '../../../channels/error.ts';
import { contactState } from '../../../dsl/correlation.ts';
import { placeOf } from '../../history/recorded-step.ts';
import { readState, type PastState } from '../../history/read-state.ts';
import { contactKey } from '../events/event-filter.ts';
import { EXIT } from '../exit-codes.ts';
import { completenessAt, lastMoment, type Completeness } from '../history/completeness.ts';
import { iso, stateText } from '../history/state-text.ts';
import { momentOf } from '../moment.ts';
import { openTenantStore, withStoreOptions, type StoreArguments } from '../store-access.ts';
import type { OpenBroker } from './tenants.ts';

interface StateArguments extends StoreArguments {
  readonly contact: string;
  readonly conversation: string | undefined;
  readonly at: string | undefined;
  readonly json: boolean;
}

export const stateCommand = (openBroker: OpenBroker): CommandModule<object, StateArguments> => ({
  command: 'state',
  describe: 'Show what the engine kept of a person at a moment of the past, made again from the store',
  builder: (yargs: Argv) =>
    withStoreOptions(yargs)
      .option('contact', { type: 'string', demandOption: true, describe: 'Contact key, or an address' })
      .option('conversation', { type: 'string', describe: 'Only this one' })
      .option('at', { type: 'string', describe: '2026-01-31T12:00Z, or how long ago: 15m, 2h, 7d (default: now)' })
      .option('json', { type: 'boolean', default: false, describe: 'As JSON' }),
  handler: async (args) => {
    const key = contactKey(args.contact);
    const now = Date.now();
    const at = args.at === undefined ? lastMoment(now) : momentOf('at', args.at, now).getTime();
    const store = await openTenantStore(args);
    try {
      const completeness = await completenessAt(at, args, store, openBroker);
      const past = await readState(store, key, at);
      if (!past) throw nobody(args.contact, key, at);
      if (args.conversation !== undefined) checkOpen(args.conversation, past, key, at);
      process.stdout.write(
        args.json ? jsonOf(key, at, past, completeness, args.conversation) : textOf(key, at, past, args.conversation),
      );
      if (past.mismatch !== undefined) process.exitCode = EXIT.failed;
    } finally {
      await store.close();
    }
  },
});

function nobody(contact: string, key: ContactKey, at: number): ParlanceError {
  const known = contact === key ? '' : `nobody is known by ${contact}: `;
  return new ParlanceError('history-not-stored', `${known}no step of ${key} until ${iso(at)} is stored`);
}

/** Throws `conversation-not-open`. */
function checkOpen(conversation: string, { last }: PastState, key: ContactKey, at: number): void {
  const open = (contactState(last.after)?.conversations ?? []).map(({ id }) => id);
  if (open.some((id) => id === conversation)) return;
  throw new ParlanceError(
    'conversation-not-open',
    `no conversation ${conversation} of ${key} was open at ${iso(at)}; open were: ${open.join(', ') || 'none'}. What became of it: parlance debug ${conversation}`,
  );
}

function textOf(key: ContactKey, at: number, past: PastState, only: string | undefined): string {
  const { last, steps, definitions } = past;
  const { step } = last;
  const state = keptOf(past, only);
  const kept = state ? stateText(state, definitions.at(step.basis, step.now)) : 'nothing is kept';
  return `contact ${key} at ${iso(at)}\nlast step until then: ${iso(step.now)}, ${placeOf(step)}\n${checked(past, steps)}\n${kept}\n`;
}

function checked({ mismatch }: PastState, steps: number): string {
  if (mismatch === undefined) return `verified: each of ${steps.toString()} steps gives the hash that was recorded`;
  return `NOT VERIFIED: this is not what the engine had. ${mismatch}`;
}

function jsonOf(
  key: ContactKey,
  at: number,
  past: PastState,
  completeness: Completeness,
  only: string | undefined,
): string {
  const { partition, epoch, sequence, now } = past.last.step;
  const step = { partition, epoch, sequence, now: iso(now) };
  const verified = past.mismatch === undefined;
  const problem = verified ? {} : { problem: past.mismatch };
  const state = keptOf(past, only) ?? null;
  return `${JSON.stringify({ contact: key, at: iso(at), ...completeness, step, verified, ...problem, state }, undefined, 2)}\n`;
}

function keptOf({ last }: PastState, only: string | undefined): ReturnType<typeof contactState> {
  const state = contactState(last.after);
  if (!state || only === undefined) return state;
  return { ...state, conversations: state.conversations.filter(({ id }) => id === only) };
}
